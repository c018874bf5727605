// Executes every query of the dashboard as it is shipped, in the database that PGHOST and PGDATABASE name, and checks
// that its panel can show what comes back; and against plain SQL over the raw tables, that it is right.
//
//   node panels.mjs [schema of views]     another schema than the demo's: only that every query runs and has its types
import { expand, firstChoices, query, readDashboard, variables } from '../../examples/grafana/preview/grafana.mjs';
import { RAW } from './raw.mjs';
import { check, done } from './tap.mjs';

const PLAIN = /^(smallint|integer|bigint|real|double precision|numeric.*|text|character varying.*|boolean|date|timestamp.*)$/;
const NUMBER = /^(smallint|integer|bigint|real|double precision|numeric.*)$/;
const UNITS = new Set(['percentunit', 's', 'none']);
const HOUR = 36e5, DAY = 864e5;

const dashboard = readDashboard();
const views = process.argv[2];
if (views) dashboard.templating.list.find((v) => v.name === 'views').query = views;
const known = await variables(dashboard), first = firstChoices(known);
const day = { from: new Date(dashboard.time.from), to: new Date(dashboard.time.to) };
const week = { from: new Date(+day.from - 3 * DAY), to: new Date(+day.from + 4 * DAY) };

// [name, choices, range]
const cases = [['as shipped', first, day], ['a week', first, week],
  ['without data', first, { from: new Date('2001-01-01T00:00:00Z'), to: new Date('2001-01-02T00:00:00Z') }],
  ['an hour of a spring night', first, { from: new Date('2026-03-29T00:30:00Z'), to: new Date(+new Date('2026-03-29T00:30:00Z') + HOUR) }]];
for (const [name, v] of Object.entries(known)) {
  for (const choice of v.choices) if (choice !== v.value) cases.push([`${name} = ${choice}`, { ...first, [name]: v.several ? [choice] : choice }, day]);
}

function layout(panel) {
  // Grafana's own default paints every figure from 80 on red
  const steps = (p) => p?.steps?.length > 0 && p.steps[0].value === null;
  if (panel.type === 'stat') check(panel.options.colorMode === 'none' || steps(panel.fieldConfig.defaults.thresholds), `${panel.title}: names its colours`);
  check(panel.fieldConfig.defaults.noValue === 'no data', `${panel.title}: says so where there is no data`);
  const { x, y, w, h } = panel.gridPos;
  const over = dashboard.panels.filter((o) => o !== panel && o.gridPos.x < x + w && x < o.gridPos.x + o.gridPos.w && o.gridPos.y < y + h && y < o.gridPos.y + o.gridPos.h);
  check(x >= 0 && x + w <= 24 && !over.length, `${panel.title}: lies beside the others`, `over ${over.map((o) => o.title).join(', ')}`);
  check(panel.title && panel.description, `${panel.title}: says what it shows`);
  check([panel, ...panel.targets].every((p) => p.datasource.uid === '${datasource}'), `${panel.title}: asks the chosen data source`);
}

// what a panel could not show of an answer
function wrong(panel, target, got) {
  const found = [], names = got.columns.map((c) => c.name);
  const odd = got.columns.filter((c) => !PLAIN.test(c.type));
  if (odd.length) found.push(`Grafana cannot show ${odd.map((c) => `${c.name} ${c.type}`).join(', ')}`);
  if (new Set(names).size !== names.length) found.push('two columns have the same name');
  if (target.format === 'time_series') {
    if (names[0] !== 'time' || got.columns[0].type !== 'timestamp with time zone') found.push('the first column is not a time with time zone');
    if (!got.columns.slice(1).every((c) => NUMBER.test(c.type))) found.push('a series is not a number');
    if (!got.rows.every((r, i) => i === 0 || Date.parse(got.rows[i - 1].time) < Date.parse(r.time))) found.push('times do not rise');
  }
  for (const o of panel.fieldConfig.overrides) {
    if (o.matcher.id !== 'byName' || !names.includes(o.matcher.options)) found.push(`an override names ${o.matcher.options}, which is no column`);
    for (const p of o.properties) {
      if (p.id === 'unit' && !UNITS.has(p.value)) found.push(`unit ${p.value}`);
      if (p.id === 'unit' && p.value === 'percentunit' && got.rows.some((r) => r[o.matcher.options] < 0 || r[o.matcher.options] > 1)) found.push(`${o.matcher.options} is no share`);
    }
  }
  return found;
}

// the columns that the raw query has, row by row
function differences(got, expected) {
  if (got.rows.length !== expected.rows.length) return `${got.rows.length} rows, not ${expected.rows.length}`;
  for (const [i, row] of expected.rows.entries()) {
    for (const [name, value] of Object.entries(row)) {
      const other = got.rows[i][name];
      const same = typeof value === 'number' && typeof other === 'number' ? Math.abs(value - other) <= 1e-6 * Math.max(1, Math.abs(value)) : value === other;
      if (!same) return `row ${i + 1}, ${name}: ${other}, not ${value}`;
    }
  }
  return '';
}

const ids = dashboard.panels.map((p) => p.id);
check(new Set(ids).size === ids.length, 'the ids of the panels are unique');
for (const panel of dashboard.panels) {
  layout(panel);
  for (const target of panel.targets) for (const [name, choices, range] of cases) {
    const what = `${panel.title}, ${name}`;
    let got;
    try { got = await query(expand(target.rawSql, choices, range)); } catch (e) { check(false, what, e.message); continue; }
    const found = wrong(panel, target, got);
    if (!views && name === 'as shipped' && got.rows.length < (target.format === 'time_series' ? 5 : 1)) found.push('shows nothing');
    check(!found.length, what, found.join('\n'));
    // the raw queries are by the half-hour, on the clock of Istanbul; $__interval is five minutes for a day
    if (views || !(name === 'as shipped' || name.startsWith('queue ='))) continue;
    const difference = differences(got, await query(RAW[panel.id](range, choices.queue).sql));
    check(!difference, `${what}: as plain SQL over the raw tables has it`, difference);
  }
}
for (const [name, sql, why] of [['an unknown variable', 'SELECT $nobody', /unknown variable/], ['an unknown macro', 'SELECT $__nothing(1)', /unknown macro/], ['several values without a format', 'SELECT $queue', /several values/]]) {
  let message = '';
  try { expand(sql, first, day); } catch (e) { message = e.message; }
  check(why.test(message), `${name} is refused`, message);
}
check(expand('SELECT ${zone:sqlstring}', { zone: "x') OR ('" }, day) === "SELECT 'x'') OR ('''", 'what is chosen is quoted');
done();
