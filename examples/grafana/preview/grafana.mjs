// What Grafana does to a panel's query before PostgreSQL sees it: variables first, then macros, as its PostgreSQL data
// source does. Enough of it for the dashboard beside; what is not known here is an error.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export const readDashboard = () => JSON.parse(readFileSync(new URL('../contact_centre.json', import.meta.url)));

const quote = (text) => "'" + String(text).replaceAll("'", "''") + "'";
const LENGTHS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

// '30m' -> seconds
function seconds(text) {
  const m = /^(\d+)(ms|s|m|h|d|w)$/.exec(text.replaceAll("'", ''));
  if (!m) throw new Error(`not an interval: ${text}`);
  return m[1] * LENGTHS[m[2]];
}

// $__interval: the round number that leaves at most so many points
const ROUND = ['1s', '2s', '5s', '10s', '15s', '20s', '30s', '1m', '2m', '5m', '10m', '15m', '20m', '30m', '1h', '2h', '3h', '6h', '12h', '1d', '1w'];
export function interval(range, points = 800) {
  const step = (range.to - range.from) / points / 1000;
  return ROUND.find((text) => seconds(text) >= step) ?? ROUND.at(-1);
}

// variables: name -> text, or a list of texts where several may be chosen
function expandVariables(sql, variables, range) {
  return sql.replace(/\$\{(\w+)(?::(\w+))?\}|\$(\w+)/g, (all, braced, format, plain) => {
    const name = braced ?? plain;
    if (name === '__interval') return interval(range);
    if (name === '__interval_ms') return String(1000 * seconds(interval(range)));
    if (name.startsWith('__')) return all;  // a macro
    if (!(name in variables)) throw new Error(`unknown variable: ${all}`);
    const value = variables[name];
    if (format === 'sqlstring') return [value].flat().map(quote).join(',');
    if (format) throw new Error(`unknown format: ${all}`);
    if (Array.isArray(value)) throw new Error(`${all} may be several values: write \${${name}:sqlstring}`);
    return value;
  });
}

// As in Grafana, an argument cannot hold a closing parenthesis.
function expandMacros(sql, range) {
  const from = quote(range.from.toISOString()), to = quote(range.to.toISOString());
  return sql.replace(/\$([_a-zA-Z0-9]+)\(([^)]*)\)(,?)/g, (all, name, list, comma) => {
    const args = list.split(',').map((a) => a.trim());
    const group = () => `floor(extract(epoch from ${args[0]})/${seconds(args[1])})*${seconds(args[1])}`;
    switch (name) {
    case '__time': return `${args[0]} AS "time"${comma}`;
    case '__timeFilter': return `${args[0]} BETWEEN ${from} AND ${to}${comma}`;
    case '__timeFrom': return from + comma;
    case '__timeTo': return to + comma;
    case '__timeGroup': return group() + (comma ? ' AS "time",' : '');
    case '__timeGroupAlias': return `${group()} AS "time"${comma}`;
    default: throw new Error(`unknown macro: ${all}`);
    }
  });
}

export const expand = (sql, variables, range) => expandMacros(expandVariables(sql, variables, range), range);

// The names and types of a query's columns, and its rows as objects: by psql, in a transaction that may only read.
// PGHOST, PGPORT, PGUSER and PGDATABASE say where, as always.
export function query(sql) {
  const script = `\\set ON_ERROR_STOP on\nBEGIN READ ONLY;\nSET LOCAL TimeZone = 'UTC';\nSET LOCAL statement_timeout = '60s';\n` +
    `\\pset format unaligned\n\\pset tuples_only on\n\\pset fieldsep '\\t'\n${sql}\n\\gdesc\n\\echo ----\n` +
    `SELECT coalesce(json_agg(t), '[]') FROM (\n${sql}\n) AS t;\nROLLBACK;\n`;
  return new Promise((resolve, reject) => {
    const psql = spawn('psql', ['-X', '-q', '-f', '-']), printed = { out: '', err: '' };
    psql.stdout.setEncoding('utf8').on('data', (text) => { printed.out += text; });
    psql.stderr.setEncoding('utf8').on('data', (text) => { printed.err += text; });
    psql.on('error', reject);
    psql.stdin.on('error', () => {});  // psql is gone: its exit status says why
    psql.on('close', (status) => {
      if (status !== 0) return reject(new Error(printed.err.trim() || `psql: exit status ${status}`));
      const [head, body] = printed.out.split('----\n');
      const columns = head.trim().split('\n').map((line) => { const [name, type] = line.split('\t'); return { name, type }; });
      resolve({ columns, rows: JSON.parse(body) });
    });
    psql.stdin.end(script);
  });
}

// A dashboard's variables: what may be chosen, and what is chosen first. Those that ask the database ask it.
export async function variables(dashboard) {
  const found = {}, constants = {};
  for (const v of dashboard.templating.list) {
    if (v.type === 'datasource') continue;
    let choices = [v.query];
    if (v.type === 'query') choices = (await query(expandVariables(v.query, constants))).rows.map((r) => String(Object.values(r)[0]));
    if (v.type === 'custom') choices = v.query.split(',');
    if (v.type === 'constant') constants[v.name] = v.query;
    found[v.name] = { label: v.label, choices, several: Boolean(v.multi), constant: v.type === 'constant',
      value: v.multi ? choices : v.type === 'custom' ? v.current.value : v.query };
  }
  return found;
}

export const firstChoices = (known) => Object.fromEntries(Object.entries(known).map(([name, v]) => [name, v.value]));
