-- What the ledger holds of a group's keys, each row with what it is and which question it answers.

-- $1: bodies (source, digest, since). Those with the same bytes, first ones first.
SELECT 'twin' AS what, q.key AS place, b.id, b.received_at, b.receipt
FROM jsonb_each($1) q
JOIN bodies b
  ON b.source = q.value ->> 'source'
 AND b.digest = unhex(q.value ->> 'digest')
 AND b.received_at >= q.value ->> 'since'
ORDER BY b.seq;

-- $2: observations (id, source, condition, severity, observed_at). Those that were recorded, with their tickets.
SELECT 'known' AS what, q.key AS place, a.seq, t.problem, t.n, t.connection, t.kind
FROM jsonb_each($2) q
JOIN alerts a
  ON a.id = q.value ->> 'id'
 AND a.source = q.value ->> 'source'
 AND a.condition = q.value ->> 'condition'
 AND a.severity = q.value ->> 'severity'
 AND a.observed_at = q.value ->> 'observed_at'
LEFT JOIN links l ON l.alert = a.seq
LEFT JOIN tickets t ON t.seq = l.ticket
ORDER BY t.seq;

-- $3: correlation keys (key, fired_at, observed_at), each with the least that came now. Their live members.
SELECT 'seat' AS what, q.key AS place, m.ticket, t.problem, t.n, t.connection, t.kind, m.resource,
       m.fired_at, m.observed_at, m.condition, m.severity, a.id, a.source
FROM jsonb_each($3) q
JOIN members m ON m.correlation_key = q.value ->> 'key' AND m.live = 1
JOIN tickets t ON t.seq = m.ticket
JOIN alerts a ON a.seq = m.alert
ORDER BY m.ticket, m.resource;

-- Members of ended tickets that may outrank what came: only late bodies find any.
SELECT 'past' AS what, q.key AS place, m.ticket, t.problem, t.n, t.connection, t.kind, m.resource,
       m.fired_at, m.observed_at, m.condition, m.severity, a.id, a.source
FROM jsonb_each($3) q
JOIN members m
  ON m.correlation_key = q.value ->> 'key'
 AND m.live = 0
 AND (m.fired_at, m.observed_at) >= (q.value ->> 'fired_at', q.value ->> 'observed_at')
JOIN tickets t ON t.seq = m.ticket
JOIN alerts a ON a.seq = m.alert;

-- Recorded observations that may.
SELECT 'recorded' AS what, q.key AS place, a.seq, a.alert,
       a.fired_at, a.observed_at, a.condition, a.severity, a.id, a.source
FROM jsonb_each($3) q
JOIN alerts a
  ON a.correlation_key = q.value ->> 'key'
 AND (a.fired_at, a.observed_at) >= (q.value ->> 'fired_at', q.value ->> 'observed_at');

-- $4: problems. Their newest tickets.
SELECT 'latest' AS what, q.key AS place, t.seq, t.problem, t.n, t.standing = 'ended' AS ended, t.connection, t.kind
FROM jsonb_each($4) q
JOIN tickets t
  ON t.problem = q.value
 AND t.n = (SELECT max(newest.n) FROM tickets newest WHERE newest.problem = q.value);

-- $5: routes (route, since). How many tickets they made, counted no further than $6.
SELECT 'recent' AS what, q.key AS place,
       (SELECT count(*)
        FROM (SELECT 1 FROM tickets t
              WHERE t.route = q.value ->> 'route' AND t.storm = 0 AND t.created_at > q.value ->> 'since'
              LIMIT $6)) AS made
FROM jsonb_each($5) q;

-- The last rows that are taken.
SELECT 'last' AS what, (SELECT coalesce(max(seq), 0) FROM alerts) AS alert,
       (SELECT coalesce(max(seq), 0) FROM tickets) AS ticket;
