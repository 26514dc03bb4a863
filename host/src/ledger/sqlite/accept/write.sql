-- What a group of submissions changes, in an order that holds references.

-- $1: bodies; $2: their bytes, cut at `body` for `length`.
INSERT INTO bodies (id, source, received_at, content_type, digest, body, status, reason, receipt)
SELECT r.value ->> 'id', r.value ->> 'source', r.value ->> 'received_at', r.value ->> 'content_type',
       unhex(r.value ->> 'digest'), coalesce(substr($2, r.value ->> 'body', r.value ->> 'length'), x''),
       r.value ->> 'status', r.value ->> 'reason', r.value ->> 'receipt'
FROM jsonb_each($1) r;

-- $3: alerts; $4: their texts, cut likewise.
INSERT INTO alerts (seq, id, source, condition, severity, observed_at, correlation_key, fired_at, received_at, body,
                    alert, payload, unrouted)
SELECT r.value ->> 'seq', r.value ->> 'id', r.value ->> 'source', r.value ->> 'condition', r.value ->> 'severity',
       r.value ->> 'observed_at', r.value ->> 'correlation_key', r.value ->> 'fired_at', r.value ->> 'received_at',
       r.value ->> 'body',
       CAST(substr($4, r.value ->> 'alert', r.value ->> 'alert_length') AS TEXT),
       CAST(substr($4, r.value ->> 'payload', r.value ->> 'payload_length') AS TEXT),
       r.value ->> 'unrouted'
FROM jsonb_each($3) r;

-- $5: tickets.
INSERT INTO tickets (seq, problem, n, connection, kind, route, grouping, resource, storm, created_at, wanted, severity,
                     firing, total, not_before, due_at, ready)
SELECT r.value ->> 'seq', r.value ->> 'problem', r.value ->> 'n', r.value ->> 'connection', r.value ->> 'kind',
       r.value ->> 'route', r.value ->> 'grouping', r.value ->> 'resource', r.value ->> 'storm',
       r.value ->> 'created_at', r.value ->> 'wanted', r.value ->> 'severity', r.value ->> 'firing',
       r.value ->> 'total', r.value ->> 'not_before', r.value ->> 'due_at', r.value ->> 'ready'
FROM jsonb_each($5) r;

-- $6: members, new ones and such as have another winner now.
INSERT INTO members (ticket, correlation_key, resource, alert, fired_at, observed_at, condition, severity, live)
SELECT r.value ->> 'ticket', r.value ->> 'correlation_key', r.value ->> 'resource', r.value ->> 'alert',
       r.value ->> 'fired_at', r.value ->> 'observed_at', r.value ->> 'condition', r.value ->> 'severity', 1
FROM jsonb_each($6) r WHERE true
ON CONFLICT (ticket, correlation_key, resource) DO UPDATE
   SET alert = excluded.alert, fired_at = excluded.fired_at, observed_at = excluded.observed_at,
       condition = excluded.condition, severity = excluded.severity;

-- $7: pairs of an alert and a ticket that it stands in.
INSERT INTO links (alert, ticket)
SELECT r.value ->> 0, r.value ->> 1 FROM jsonb_each($7) r WHERE true
ON CONFLICT DO NOTHING;

-- $8: raises of tickets that were there before; their members are counted anew. A ticket that someone holds, or that waits
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
      FROM jsonb_each($8) q
      JOIN tickets t ON t.seq = q.value ->> 'ticket') r
WHERE tickets.seq = r.ticket;

-- $9: entries of timelines, in order.
INSERT INTO timeline (ticket, at, event, text)
SELECT r.value ->> 'ticket', r.value ->> 'at', r.value ->> 'event', r.value ->> 'text'
FROM jsonb_each($9) r ORDER BY r.key;

-- $10: alerts that stand in a ticket now, and did not before.
UPDATE alerts SET unrouted = 0 WHERE unrouted = 1 AND seq IN (SELECT value FROM jsonb_each($10));

-- $11: bodies that others have taken the place of.
DELETE FROM bodies WHERE status <> 'decoded' AND id IN (SELECT value FROM jsonb_each($11));
