-- The gateway whose ledger it is: problems are named by it, so that under another name each would get a second ticket.
CREATE TABLE gateway (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    name TEXT    NOT NULL
) STRICT;
