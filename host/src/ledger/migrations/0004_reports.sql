-- What reports ask of observations and tickets, in narrow rows without an index: a report reads a year of them in order,
-- and a write only appends. Lists are JSON arrays of texts.

-- An observation. Resources by the name that a CMDB would know best; metrics are those that the alert says it watched.
CREATE TABLE observations (
    alert       INTEGER PRIMARY KEY REFERENCES alerts (seq) ON DELETE CASCADE,
    key         INTEGER NOT NULL,
    condition   INTEGER NOT NULL,
    fired_at    INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    rule        TEXT    NOT NULL,
    resources   TEXT    NOT NULL,
    metrics     TEXT    NOT NULL
) STRICT;
INSERT INTO observations (alert, key, condition, fired_at, observed_at, rule, resources, metrics)
SELECT a.seq, a.key, a.condition, a.fired_at, a.observed_at, a.alert ->> '$.rule',
       (SELECT json_group_array(coalesce(nullif(r.value ->> 'configuration_item', ''), nullif(r.value ->> 'name', ''),
                                         r.value ->> 'id'))
        FROM json_each(a.alert, '$.resources') r),
       (SELECT json_group_array(DISTINCT CASE f.value ->> 'name' WHEN 'Metric' THEN f.value ->> 'value'
                                         ELSE f.value ->> 'name' END)
        FROM json_each(a.alert, '$.facts') f
        WHERE f.value ->> 'name' = 'Metric' OR f.value ->> 'group' = 'metrics')
FROM alerts a;

-- What made a ticket: the rule of its first alert, and the resources that it was made for.
CREATE TABLE origins (
    ticket     INTEGER PRIMARY KEY REFERENCES tickets (seq) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    connection TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    rule       TEXT    NOT NULL,
    resources  TEXT    NOT NULL
) STRICT;
INSERT INTO origins (ticket, created_at, connection, kind, rule, resources)
SELECT t.seq, t.created_at, t.connection, t.kind, coalesce(o.rule, ''),
       CASE WHEN t.resource IS NULL THEN coalesce(o.resources, '[]')
            ELSE json_array(coalesce((SELECT coalesce(nullif(r.value ->> 'configuration_item', ''),
                                                      nullif(r.value ->> 'name', ''), t.resource)
                                      FROM alerts a, json_each(a.alert, '$.resources') r
                                      WHERE a.seq = o.alert AND r.value ->> 'id' = t.resource), t.resource)) END
FROM tickets t LEFT JOIN observations o ON o.alert = (SELECT min(l.alert) FROM links l WHERE l.ticket = t.seq);

-- The ticket that a record is, as the gateway has it: a row of `tickets`, unchecked, since a record outlives it.
ALTER TABLE records ADD COLUMN origin INTEGER;
UPDATE records
SET origin = (SELECT t.seq FROM tickets t
              WHERE t.problem = rtrim(rtrim(records.ticket, '0123456789'), '-')
                AND t.n = CAST(substr(records.ticket, length(rtrim(records.ticket, '0123456789')) + 1) AS INTEGER)
                AND t.connection = records.connection)
WHERE ticket IS NOT NULL;
