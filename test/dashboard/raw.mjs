// What the dashboard must show, computed without kpi: plain SQL over the raw tables of the demo. One query for each panel,
// with the panel's own columns; "total" is the one number by which the browser's picture of the panel is checked.
//
//   RAW[id](range, queues).sql      the rows of panel id, by the half-hour on the clock of Istanbul

const contacts = (range, queues) => `(
  SELECT c.*, q.threshold, date_bin('30 min', arrived_at, '2026-03-02 00:00+03') AS half_hour,
    answered IS NOT NULL OR flowed_out OR wait > threshold AS is_offered, coalesce(answered, false) AND wait <= threshold AS in_time,
    answered IS FALSE AND NOT flowed_out AS gave_up, extract(epoch FROM coalesce(talk, '0') + coalesce(hold, '0') + coalesce(wrap, '0')) AS handle_s,
    coalesce(talk, hold, wrap) IS NOT NULL AS is_handled, nps, csat, s.contact_id IS NOT NULL AS is_asked
  FROM public.contacts c JOIN public.queues q USING (queue) LEFT JOIN public.surveys s USING (contact_id)
  WHERE arrived_at BETWEEN '${range.from.toISOString()}' AND '${range.to.toISOString()}' AND queue IN (${queues.map((q) => `'${q}'`).join(',')})) AS c`;

const OFFERED = 'count(*) FILTER (WHERE is_offered)';
const LEVEL = `count(*) FILTER (WHERE in_time)::float8 / nullif(${OFFERED}, 0)`;
const GIVEN_UP = `count(*) FILTER (WHERE gave_up)::float8 / nullif(${OFFERED}, 0)`;
const SPEED = 'avg(wait_s) FILTER (WHERE answered)';
const HANDLE = 'avg(handle_s) FILTER (WHERE is_handled)::float8';
const NPS = '100 * (avg((nps >= 9)::int) - avg((nps <= 6)::int))::float8';

const all = (rows, name) => rows.find((r) => r.queue === 'all chosen')?.[name];
const sum = (rows, ...names) => rows.reduce((total, r) => total + names.reduce((t, n) => t + (r[n] ?? 0), 0), 0);

export const RAW = {
  1: (range, queues) => ({ total: (rows) => rows[0].offered,
    sql: `SELECT ${OFFERED} AS offered, ${LEVEL} AS "service level", ${GIVEN_UP} AS "given up", ${SPEED} AS "speed of answer", ${HANDLE} AS "handle time", ${NPS} AS nps FROM ${contacts(range, queues)}` }),
  2: (range, queues) => ({ total: (rows) => sum(rows, 'answered', 'given up', 'sent on'),
    sql: `SELECT half_hour AS time, count(*) FILTER (WHERE answered) AS answered, count(*) FILTER (WHERE gave_up) AS "given up", count(*) FILTER (WHERE flowed_out) AS "sent on"
          FROM ${contacts(range, queues)} GROUP BY 1 ORDER BY 1` }),
  3: (range, queues) => ({ total: (rows) => sum(rows, 'service level'),
    sql: `SELECT half_hour AS time, ${LEVEL} AS "service level", 0.8 AS target FROM ${contacts(range, queues)} GROUP BY 1 ORDER BY 1` }),
  4: (range, queues) => ({ total: (rows) => sum(rows, 'last 30 minutes'),
    sql: `SELECT l.minute AS time, (SELECT ${LEVEL} FROM ${contacts({ from: new Date(range.from - 18e5), to: range.to }, queues)}
            WHERE arrived_at BETWEEN l.last - interval '30 min' AND l.last) AS "last 30 minutes", 0.8 AS target
          FROM (SELECT date_trunc('minute', arrived_at) AS minute, max(arrived_at) AS last FROM ${contacts(range, queues)} GROUP BY 1) AS l ORDER BY 1` }),
  5: (range) => ({ total: (rows) => rows.at(-1).open,
    sql: `SELECT at AS time, (SELECT count(*) FROM public.tickets WHERE opened_at <= at AND (resolved_at > at OR resolved_at IS NULL)) AS open
          FROM generate_series('${range.from.toISOString()}'::timestamptz, '${range.to.toISOString()}'::timestamptz - interval '1 s', '5 min') AS at ORDER BY 1` }),
  6: (range, queues) => ({ total: (rows) => all(rows, 'offered'),
    sql: `SELECT coalesce(queue, 'all chosen') AS queue, ${OFFERED} AS offered, count(*) FILTER (WHERE gave_up) AS "given up", ${LEVEL} AS "service level", ${GIVEN_UP} AS "given up %",
            ${SPEED} AS "speed of answer", max(wait_s) AS "longest wait", ${HANDLE} AS "handle time" FROM ${contacts(range, queues)} GROUP BY ROLLUP (c.queue) ORDER BY c.queue NULLS LAST` }),
  7: (range, queues) => ({ total: (rows) => all(rows, 'replies'),
    sql: `SELECT coalesce(queue, 'all chosen') AS queue, count(*) AS asked, count(nps) AS replies, ${NPS} AS nps, avg((csat >= 4)::int)::float8 AS satisfied
          FROM ${contacts(range, queues)} WHERE is_asked GROUP BY ROLLUP (c.queue) ORDER BY c.queue NULLS LAST` }),
  8: (range, queues) => ({ total: (rows) => sum(rows, 'nps'),
    sql: `SELECT date_bin('2 h', arrived_at, '2026-03-02 00:00+03') AS time, ${NPS} AS nps FROM ${contacts(range, queues)} WHERE nps IS NOT NULL GROUP BY 1 ORDER BY 1` }),
  9: (range, queues) => ({ total: (rows) => sum(rows, 'handled'),
    sql: `SELECT agent, count(*) FILTER (WHERE is_handled) AS handled, ${HANDLE} AS "handle time", avg(resolved::int)::float8 AS "solved at once", avg(transferred::int)::float8 AS "passed on",
            max(t.logged_in)::float8 AS "logged in", (max(t.handling) / max(t.logged_in))::float8 AS utilized
          FROM ${contacts(range, queues)} JOIN (
            SELECT agent, sum(lasts) AS logged_in, sum(lasts) FILTER (WHERE state = 'handling') AS handling
            FROM (SELECT agent, state, extract(epoch FROM upper(s) - lower(s)) AS lasts
                  FROM public.agent_log, LATERAL (SELECT span * tstzrange('${range.from.toISOString()}', '${range.to.toISOString()}')) AS i (s)) AS l
            GROUP BY agent) AS t USING (agent)
          WHERE answered GROUP BY agent ORDER BY agent` }),
};
