-- What has gone by its age, and what is needed to find what may go.

-- The `n` of the last ticket of a problem whose tickets are all deleted: what keeps its next key unused. It stays for good.
CREATE TABLE forgotten (
    problem TEXT    PRIMARY KEY,
    n       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Written where a disk was full, to see whether it still is.
CREATE TABLE trials (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    weight BLOB    NOT NULL
) STRICT;

CREATE INDEX links_of_ticket ON links (ticket);
CREATE INDEX alerts_with_payload ON alerts (seq) WHERE payload <> '';

-- When a record's last change was read.
ALTER TABLE records ADD COLUMN read_at INTEGER NOT NULL DEFAULT 0;
