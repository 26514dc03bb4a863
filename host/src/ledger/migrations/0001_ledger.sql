-- Times are nanoseconds since 1970. Severities count from 0, the worst; a condition is 0 (fired) or 1 (resolved), so that
-- both sort as the domain's types do. A ticket's key is `problem-n`; the n of a problem's newest ticket is kept for good, since
-- it is what keeps the next key unused. Words are checked one by one: a list of them would be built anew for each row.

CREATE TABLE bodies (
    seq          INTEGER PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE,
    source       TEXT    NOT NULL,
    received_at  INTEGER NOT NULL,
    content_type TEXT    NOT NULL,
    digest       BLOB    NOT NULL,
    body         BLOB    NOT NULL,
    status       TEXT    NOT NULL CHECK (status = 'decoded' OR status = 'undecoded' OR status = 'quarantined'),
    reason       TEXT    NOT NULL,
    receipt      TEXT    NOT NULL
) STRICT;
CREATE INDEX bodies_twins ON bodies (source, digest, received_at);
CREATE INDEX bodies_kept_for_people ON bodies (status, source, seq) WHERE status <> 'decoded';

-- Correlation keys are long and random; their numbers rise, so that an index over them is short and grows at its end. A page
-- that a group of accepts changes is written whole, so what they cost is how many places of indexes they touch.
CREATE TABLE keys (
    seq INTEGER PRIMARY KEY,
    key TEXT    NOT NULL UNIQUE
) STRICT;

-- Observations. `payload` is null where it is the body as a whole; `body` outlives the body that it names.
CREATE TABLE alerts (
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
    unrouted    INTEGER NOT NULL,
    UNIQUE (id, source, condition, severity, observed_at)
) STRICT;
CREATE INDEX alerts_of_key ON alerts (key, fired_at, observed_at);
CREATE INDEX alerts_unrouted ON alerts (seq) WHERE unrouted = 1;

-- `due_at` is when a worker may look at a ticket next: while one holds it, the end of its lease. `ready` marks those whose
-- moment has come, so that a claim reads no others. Of a problem's places the one ticket that has not ended has the last, so
-- that one index holds all of a problem's tickets, the newest last, and refuses a second that has not ended.
CREATE TABLE tickets (
    seq         INTEGER PRIMARY KEY,
    problem     TEXT    NOT NULL,
    n           INTEGER NOT NULL,
    connection  TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    route       TEXT    NOT NULL,
    grouping    TEXT    NOT NULL,
    resource    TEXT,
    storm       INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    wanted      INTEGER NOT NULL,
    severity    INTEGER NOT NULL,
    firing      INTEGER NOT NULL,
    total       INTEGER NOT NULL,
    confirmed   INTEGER NOT NULL DEFAULT 0,
    life        TEXT,
    standing    TEXT    NOT NULL DEFAULT 'live' CHECK (standing = 'live' OR standing = 'parked' OR standing = 'ended'),
    cause       TEXT    NOT NULL DEFAULT '',
    shown       TEXT    NOT NULL DEFAULT '',
    not_before  INTEGER,
    due_at      INTEGER,
    ready       INTEGER NOT NULL DEFAULT 0 CHECK (ready = 0 OR (standing = 'live' AND due_at IS NOT NULL)),
    lease_owner TEXT,
    lease_token INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER,
    place       INTEGER NOT NULL AS (CASE WHEN standing = 'ended' THEN n ELSE 4294967296 END),
    UNIQUE (problem, place)
) STRICT;
CREATE INDEX tickets_ready ON tickets (connection, severity, seq) WHERE ready = 1;
CREATE INDEX tickets_waiting ON tickets (due_at) WHERE ready = 0 AND due_at IS NOT NULL;
CREATE INDEX tickets_parked ON tickets (seq) WHERE standing = 'parked';
CREATE INDEX tickets_of_route ON tickets (route, created_at) WHERE storm = 0;

-- The correlation keys that a ticket stands for, with the observation that wins; `resource` is empty where no route splits.
-- `alert` is a row of `alerts` and `key` one of `keys`, unchecked: checking would read all members for each that is deleted.
CREATE TABLE members (
    ticket      INTEGER NOT NULL REFERENCES tickets (seq),
    key         INTEGER NOT NULL,
    resource    TEXT    NOT NULL,
    alert       INTEGER NOT NULL,
    fired_at    INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    condition   INTEGER NOT NULL,
    severity    INTEGER NOT NULL,
    live        INTEGER NOT NULL,
    PRIMARY KEY (ticket, key, resource)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_live ON members (key) WHERE live = 1;
CREATE INDEX members_past ON members (key, fired_at, observed_at) WHERE live = 0;

-- Which tickets an observation stands or stood in.
CREATE TABLE links (
    alert  INTEGER NOT NULL REFERENCES alerts (seq),
    ticket INTEGER NOT NULL REFERENCES tickets (seq),
    PRIMARY KEY (alert, ticket)
) STRICT, WITHOUT ROWID;

CREATE TABLE timeline (
    seq    INTEGER PRIMARY KEY,
    ticket INTEGER NOT NULL REFERENCES tickets (seq),
    at     INTEGER NOT NULL,
    event  TEXT    NOT NULL,
    text   TEXT    NOT NULL
) STRICT;
CREATE INDEX timeline_of_ticket ON timeline (ticket);

CREATE TABLE attempts (
    seq       INTEGER PRIMARY KEY,
    id        TEXT    NOT NULL UNIQUE,
    ticket    INTEGER NOT NULL REFERENCES tickets (seq),
    revision  INTEGER NOT NULL,
    action    TEXT    NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    outcome   TEXT    NOT NULL DEFAULT '',
    exchange  TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX attempts_of_ticket ON attempts (ticket);
