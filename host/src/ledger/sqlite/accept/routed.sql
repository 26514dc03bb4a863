-- $1: alerts that stand in a ticket now, and did not before.
UPDATE alerts SET unrouted = 0 WHERE unrouted = 1 AND seq IN (SELECT value FROM jsonb_each($1));
