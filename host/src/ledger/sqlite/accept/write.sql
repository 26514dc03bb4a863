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

-- $8: entries of timelines, in order.
INSERT INTO timeline (ticket, at, event, text)
SELECT r.value ->> 'ticket', r.value ->> 'at', r.value ->> 'event', r.value ->> 'text'
FROM jsonb_each($8) r ORDER BY r.key;
