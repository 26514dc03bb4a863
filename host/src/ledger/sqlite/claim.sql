-- Leases tickets of connections $1, at most $2, now ($3), to worker $4 until $5.

-- What is due by now is ready.
UPDATE tickets SET ready = 1 WHERE ready = 0 AND due_at <= $3 AND standing = 'live';

-- What this claim gets, before it is marked: the end of a lease that nobody gave back is told.
SELECT t.seq, t.problem, t.n, t.connection, t.kind, t.route, t.grouping, t.resource, t.storm, t.created_at,
       t.wanted, t.firing, t.total, t.life, t.lease_token + 1 AS token,
       CASE WHEN t.lease_owner IS NOT NULL THEN t.lease_until END AS abandoned
FROM jsonb_each($1) q
JOIN tickets t ON t.seq IN (SELECT first.seq FROM tickets first
                            WHERE first.ready = 1 AND first.connection = q.value
                            ORDER BY first.severity, first.seq LIMIT $2)
ORDER BY t.severity, t.seq LIMIT $2;

UPDATE tickets
SET ready = 0, lease_owner = $4, lease_until = $5, lease_token = lease_token + 1,
    due_at = CASE WHEN not_before > $5 THEN not_before ELSE $5 END
WHERE seq IN (SELECT t.seq
              FROM jsonb_each($1) q
              JOIN tickets t ON t.seq IN (SELECT first.seq FROM tickets first
                                          WHERE first.ready = 1 AND first.connection = q.value
                                          ORDER BY first.severity, first.seq LIMIT $2)
              ORDER BY t.severity, t.seq LIMIT $2);
