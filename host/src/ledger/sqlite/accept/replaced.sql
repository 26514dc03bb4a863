-- $1: bodies that others have taken the place of.
DELETE FROM bodies WHERE status <> 'decoded' AND id IN (SELECT value FROM jsonb_each($1));
