-- What monitors are asked and told. Times are nanoseconds since 1970.

-- How far each monitor's standing tasks are: `event_place` is the last row of `timeline` that was looked at; of
-- `recheck`, the last row of `alerts` that this round has asked about. `done` counts what went well, `given_up` what never
-- will.
CREATE TABLE monitor_tasks (
    monitor     TEXT    NOT NULL,
    task        TEXT    NOT NULL CHECK (task = 'enrich' OR task = 'report' OR task = 'recheck'),
    event_place INTEGER NOT NULL DEFAULT 0,
    done        INTEGER NOT NULL DEFAULT 0,
    done_at     INTEGER,
    given_up    INTEGER NOT NULL DEFAULT 0,
    trouble     TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (monitor, task)
) STRICT, WITHOUT ROWID;

-- A ticket at one of its alerts: what is to be shown there while `due_at` is set, what was shown last where it is not.
-- `alert` is a row of `alerts`, unchecked: alerts are deleted before their tickets.
CREATE TABLE reports (
    seq      INTEGER PRIMARY KEY,
    monitor  TEXT    NOT NULL,
    ticket   INTEGER NOT NULL REFERENCES tickets (seq) ON DELETE CASCADE,
    alert_id TEXT    NOT NULL,
    alert    INTEGER NOT NULL,
    number   TEXT    NOT NULL,
    state    TEXT    NOT NULL,
    since    INTEGER NOT NULL,
    due_at   INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,
    UNIQUE (ticket, monitor, alert_id)
) STRICT;
CREATE INDEX reports_due ON reports (monitor, due_at, ticket) WHERE due_at IS NOT NULL;

-- What a monitor tells of a ticket's alert: `asked` and `alert` are the one that it is asked about, `about` the one that
-- `body` tells of.
CREATE TABLE facts (
    ticket  INTEGER PRIMARY KEY REFERENCES tickets (seq) ON DELETE CASCADE,
    monitor TEXT    NOT NULL,
    asked   TEXT    NOT NULL,
    alert   INTEGER NOT NULL,
    due_at  INTEGER,
    about   TEXT    NOT NULL DEFAULT '',
    body    TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX facts_due ON facts (monitor, due_at) WHERE due_at IS NOT NULL;
