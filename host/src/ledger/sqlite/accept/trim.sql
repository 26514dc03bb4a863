-- $1: for each source, how many bodies its quarantine keeps; the oldest leave. (That a quarantined body is not a decoded one
-- is said so that the index of such bodies is used.)
DELETE FROM bodies
WHERE seq IN (SELECT b.seq
              FROM jsonb_each($1) q
              JOIN (SELECT seq, source, row_number() OVER (PARTITION BY source ORDER BY seq DESC) AS place
                    FROM bodies WHERE status <> 'decoded' AND status = 'quarantined') b
                ON b.source = q.key AND b.place > q.value);
