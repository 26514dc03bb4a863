-- An observation is known by its key and by all that orders it there: alerts of one id, severity and time may be of several
-- problems. So no index holds whole ids any more, which are long and random; the end of an id finds its alerts.
CREATE TABLE alerts_by_key (
    seq         INTEGER PRIMARY KEY,
    id          TEXT    NOT NULL,
    source      TEXT    NOT NULL,
    condition   INTEGER NOT NULL,
    severity    INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    key         INTEGER NOT NULL REFERENCES keys (seq),
    fired_at    INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    body        TEXT    NOT NULL,
    alert       TEXT    NOT NULL,
    payload     TEXT,
    unrouted    INTEGER NOT NULL
) STRICT;
INSERT INTO alerts_by_key (seq, id, source, condition, severity, observed_at, key, fired_at, received_at, body, alert, payload,
                           unrouted)
SELECT seq, id, source, condition, severity, observed_at, key, fired_at, received_at, body, alert, payload, unrouted
FROM alerts;
DROP TABLE alerts;
ALTER TABLE alerts_by_key RENAME TO alerts;

CREATE INDEX alerts_of_id ON alerts (substr(id, -16));
CREATE INDEX alerts_of_key ON alerts (key, fired_at, observed_at);
CREATE INDEX alerts_unrouted ON alerts (seq) WHERE unrouted = 1;
CREATE INDEX alerts_with_payload ON alerts (seq) WHERE payload <> '';
