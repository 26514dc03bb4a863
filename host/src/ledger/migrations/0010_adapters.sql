-- The adapter that a connection's tickets were made by: what another one would make of them is not what they are.
CREATE TABLE adapters (
    connection TEXT PRIMARY KEY,
    adapter    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
