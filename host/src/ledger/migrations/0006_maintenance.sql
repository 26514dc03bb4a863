-- Changes that may be under way: few of all that there are, by when they end.
CREATE INDEX changes_at_hand ON records (coalesce(actual_end, planned_end))
    WHERE kind = 'change' AND deleted = 0 AND (phase = 'approved' OR phase = 'implementing');

-- Windows that people open while the gateway runs. One that was ended early ends then.
CREATE TABLE windows (
    seq       INTEGER PRIMARY KEY,
    name      TEXT    NOT NULL,
    condition TEXT    NOT NULL,
    from_at   INTEGER NOT NULL,
    until_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX windows_by_end ON windows (until_at);
