-- What workers learned of their tickets.

-- $1: tickets.
UPDATE tickets
SET life = r.life, confirmed = r.confirmed, standing = r.standing, cause = r.cause,
    shown = coalesce(r.shown, tickets.shown), not_before = r.not_before, due_at = r.due_at, ready = r.ready,
    lease_owner = CASE WHEN r.released THEN NULL ELSE tickets.lease_owner END,
    lease_until = CASE WHEN r.released THEN NULL ELSE tickets.lease_until END
FROM (SELECT value ->> 'ticket' AS ticket, value ->> 'life' AS life, value ->> 'confirmed' AS confirmed,
             value ->> 'standing' AS standing, value ->> 'cause' AS cause, value ->> 'shown' AS shown,
             value ->> 'not_before' AS not_before, value ->> 'due_at' AS due_at, value ->> 'ready' AS ready,
             value ->> 'released' AS released
      FROM jsonb_each($1)) r
WHERE tickets.seq = r.ticket;

-- $2: attempts that begin.
INSERT INTO attempts (id, ticket, revision, action, opened_at)
SELECT r.value ->> 'id', r.value ->> 'ticket', r.value ->> 'revision', r.value ->> 'action', r.value ->> 'at'
FROM jsonb_each($2) r;

-- $3: attempts that end.
UPDATE attempts SET closed_at = r.at, outcome = r.outcome, exchange = r.exchange
FROM (SELECT value ->> 'id' AS id, value ->> 'ticket' AS ticket, value ->> 'at' AS at,
             value ->> 'outcome' AS outcome, value ->> 'exchange' AS exchange
      FROM jsonb_each($3)) r
WHERE attempts.id = r.id AND attempts.ticket = r.ticket;

-- $4: tickets that ended for good: their members are past ones.
UPDATE members SET live = 0 WHERE ticket IN (SELECT value FROM jsonb_each($4));

-- $5: renewals, the ticket that ended and the one that takes its place. Its members move.
INSERT INTO tickets (seq, problem, n, connection, kind, route, grouping, resource, storm, created_at, wanted, severity,
                     firing, total, life, due_at, ready)
SELECT r.value ->> 'new', t.problem, t.n + 1, t.connection, t.kind, t.route, t.grouping, t.resource, t.storm,
       r.value ->> 'at', 1, t.severity, t.firing, t.total, r.value ->> 'life', r.value ->> 'at', 1
FROM jsonb_each($5) r
JOIN tickets t ON t.seq = r.value ->> 'old';

UPDATE members SET ticket = r.new
FROM (SELECT value ->> 'old' AS old, value ->> 'new' AS new FROM jsonb_each($5)) r
WHERE members.ticket = r.old;

INSERT INTO links (alert, ticket)
SELECT m.alert, m.ticket FROM jsonb_each($5) r JOIN members m ON m.ticket = r.value ->> 'new' WHERE true
ON CONFLICT DO NOTHING;

UPDATE tickets SET firing = 0, total = 0 WHERE seq IN (SELECT value ->> 'old' FROM jsonb_each($5));

-- $6: entries of timelines, in order.
INSERT INTO timeline (ticket, at, event, text)
SELECT r.value ->> 'ticket', r.value ->> 'at', r.value ->> 'event', r.value ->> 'text'
FROM jsonb_each($6) r ORDER BY r.key;
