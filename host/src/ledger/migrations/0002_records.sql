-- What is read back from ITSM platforms, and what sinks take away. Times are nanoseconds since 1970.

-- Standing tasks that one gateway does for all on this ledger: who does, and until when nobody else may.
CREATE TABLE leaders (
    task  TEXT    PRIMARY KEY,
    owner TEXT    NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Where the reading of one kind of records stands. `filled_at` is when the first reading had caught up.
CREATE TABLE pulls (
    connection TEXT    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind = 'incident' OR kind = 'change'),
    since      INTEGER NOT NULL,
    cursor     TEXT,
    reached    INTEGER,
    read       INTEGER NOT NULL DEFAULT 0,
    read_at    INTEGER,
    filled_at  INTEGER,
    trouble    TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (connection, kind)
) STRICT, WITHOUT ROWID;

-- Incidents and changes as last read; the whole record stands in `record_bodies`, so that reports read little. `changed` is
-- its place among all changes of all records: it rises with each one, and is never used again.
CREATE TABLE records (
    seq           INTEGER PRIMARY KEY,
    connection    TEXT    NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind = 'incident' OR kind = 'change'),
    id            TEXT    NOT NULL,
    number        TEXT    NOT NULL,
    ticket        TEXT,
    title         TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    phase         TEXT,
    deleted       INTEGER NOT NULL,
    priority      TEXT    NOT NULL,
    category      TEXT    NOT NULL,
    change_type   TEXT    NOT NULL,
    service       TEXT    NOT NULL,
    assignment    TEXT    NOT NULL,
    caused_by     TEXT    NOT NULL,
    created_at    INTEGER,
    updated_at    INTEGER,
    resolved_at   INTEGER,
    closed_at     INTEGER,
    planned_start INTEGER,
    planned_end   INTEGER,
    actual_start  INTEGER,
    actual_end    INTEGER,
    changed       INTEGER NOT NULL UNIQUE,
    UNIQUE (connection, kind, id)
) STRICT;
CREATE INDEX records_of_ticket ON records (ticket) WHERE ticket IS NOT NULL;
CREATE INDEX records_by_time ON records (kind, created_at);

CREATE TABLE record_bodies (
    record INTEGER PRIMARY KEY REFERENCES records (seq) ON DELETE CASCADE,
    body   TEXT    NOT NULL
) STRICT;

-- What records are about.
CREATE TABLE record_items (
    record INTEGER NOT NULL REFERENCES records (seq) ON DELETE CASCADE,
    item   TEXT    NOT NULL,
    PRIMARY KEY (record, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_items_by_item ON record_items (item, record);

-- The last place that was given to a change of a record.
CREATE TABLE last_change (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    place INTEGER NOT NULL
) STRICT;
INSERT INTO last_change (one, place) VALUES (1, 0);

-- How far each sink was given what happens: `record_place` is a record's `changed`, `event_place` a row of `timeline`,
-- `sequence` the last that its outbox gave away.
CREATE TABLE sinks (
    sink         TEXT    PRIMARY KEY,
    record_place INTEGER NOT NULL DEFAULT 0,
    event_place  INTEGER NOT NULL DEFAULT 0,
    sequence     INTEGER NOT NULL DEFAULT 0,
    delivered    INTEGER NOT NULL DEFAULT 0,
    delivered_at INTEGER,
    trouble      TEXT    NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

-- What a sink was given and has not confirmed: it comes again as it is, under its sequence.
CREATE TABLE outbox (
    sink     TEXT    NOT NULL,
    sequence INTEGER NOT NULL,
    item     TEXT    NOT NULL,
    PRIMARY KEY (sink, sequence)
) STRICT, WITHOUT ROWID;

-- What a sink's other side will never take, for the operator.
CREATE TABLE refusals (
    seq      INTEGER PRIMARY KEY,
    sink     TEXT    NOT NULL,
    sequence INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    message  TEXT    NOT NULL,
    item     TEXT    NOT NULL
) STRICT;

-- Raised when a record shows that people changed the ticket.
ALTER TABLE tickets ADD COLUMN looks INTEGER NOT NULL DEFAULT 0;
CREATE INDEX tickets_shown ON tickets (connection, json_extract(shown, '$.id')) WHERE standing = 'live' AND shown <> '';
