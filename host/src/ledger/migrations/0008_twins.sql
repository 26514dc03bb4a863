-- Digests are random: an index over all of them costs each body a page of its own. A body that recorded an observation with
-- a time of its own is found by that observation when it comes again; the index has the others. Rows of before this
-- migration are found by it for as long as a body that comes again counts as the same one.
ALTER TABLE bodies ADD COLUMN by_digest INTEGER NOT NULL DEFAULT 0;
UPDATE bodies SET by_digest = 1 WHERE received_at > (unixepoch() - 600) * 1000000000;
DROP INDEX bodies_twins;
CREATE INDEX bodies_twins ON bodies (source, digest, received_at) WHERE by_digest = 1;
