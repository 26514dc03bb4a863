-- $1: raises of tickets that were there before; their members are counted anew. A ticket that someone holds, or that waits
-- for a person, is not made due: its next save, or that person, looks at what is wanted by then.
UPDATE tickets
SET wanted = wanted + r.by, firing = r.firing, total = r.total, severity = coalesce(r.worst_firing, r.worst),
    due_at = CASE WHEN NOT r.free THEN due_at WHEN due_at < r.from_then THEN due_at ELSE r.from_then END,
    ready = CASE WHEN r.free AND r.from_then <= r.at THEN 1 ELSE ready END
FROM (SELECT t.seq AS ticket, q.value ->> 'by' AS by, q.value ->> 'at' AS at,
             t.standing = 'live' AND t.lease_owner IS NULL AS free,
             max(coalesce(t.not_before, q.value ->> 'at'), q.value ->> 'at') AS from_then,
             (SELECT count(*) FROM members m WHERE m.ticket = t.seq AND m.condition = 0) AS firing,
             (SELECT count(*) FROM members m WHERE m.ticket = t.seq) AS total,
             (SELECT min(m.severity) FROM members m WHERE m.ticket = t.seq AND m.condition = 0) AS worst_firing,
             (SELECT min(m.severity) FROM members m WHERE m.ticket = t.seq) AS worst
      FROM jsonb_each($1) q
      JOIN tickets t ON t.seq = q.value ->> 'ticket') r
WHERE tickets.seq = r.ticket;
