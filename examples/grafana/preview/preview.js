// Draws a Grafana dashboard: the three kinds of panels and the settings that contact_centre.json uses.
'use strict';

const BLUE = '#3274d9', NAMED = { red: '#c4162a' };
const dark = matchMedia('(prefers-color-scheme: dark)');
let dashboard, variables, zone, round = 0;
const charts = new Map();

function element(html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content.firstElementChild;
}
const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const field = (name) => document.querySelector(`[name=${name}]`);

// ---- the local clock of the dashboard

const local = (ms, options) => new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options }).format(ms);

function offset(ms) {
  const shown = { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' };
  const p = Object.fromEntries(new Intl.DateTimeFormat('en-GB', shown).formatToParts(ms).map((x) => [x.type, +x.value]));
  return Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second) - Math.floor(ms / 1000) * 1000;
}
const toField = (ms) => new Date(ms + offset(ms)).toISOString().slice(0, 16);
function fromField(text) {
  const t = Date.parse(text + 'Z');
  return t - offset(t - offset(t));
}

// ---- what a panel says of a column

function setting(panel, name, id) {
  const own = panel.fieldConfig.overrides.find((o) => o.matcher.options === name)?.properties.find((p) => p.id === id)?.value;
  return own ?? id.split('.').reduce((value, key) => value?.[key], panel.fieldConfig.defaults);
}

function show(value, unit, decimals) {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'number') return escape(value);
  if (unit === 'percentunit') return (100 * value).toFixed(1) + ' %';
  if (unit === 's') {
    if (value < 120) return value.toFixed(1) + ' s';
    if (value < 7200) return `${Math.floor(Math.round(value) / 60)} min ${Math.round(value) % 60} s`;
    return (value / 3600).toFixed(1) + ' h';
  }
  if (Number.isInteger(value)) return value.toLocaleString('en-GB');
  return value.toFixed(decimals ?? 1);
}
// The colour that a value has: one for all, or that of the last step which it reaches; none is the text's own.
function colour(panel, column, value) {
  const mode = setting(panel, column.name, 'color')?.mode;
  if (mode === 'fixed') return setting(panel, column.name, 'color').fixedColor;
  if (mode !== 'thresholds' || value === null || value === undefined) return 'text';
  return setting(panel, column.name, 'thresholds').steps.filter((s) => s.value === null || value >= s.value).at(-1).color;
}

const nothing = (data) => data.rows.every((row) => data.columns.every((c) => c.name === 'time' || c.type === 'text' || row[c.name] === null || row[c.name] === 0));
const cell = (panel, column, row) => show(row?.[column.name], setting(panel, column.name, 'unit'), setting(panel, column.name, 'decimals'));

// ---- the panels

function drawStat(panel, data, body) {
  body.innerHTML = `<div class="stats">${data.columns.map((c) => `<div><b class="${colour(panel, c, data.rows[0][c.name])}">${cell(panel, c, data.rows[0])}</b><span>${escape(c.name)}</span></div>`).join('')}</div>`;
}

function drawTable(panel, data, body) {
  const text = (c) => (c.type === 'text' ? ' class="text"' : '');
  const painted = (c, value) => (c.type === 'text' || colour(panel, c, value) === 'text' ? text(c) : ` class="${colour(panel, c, value)}"`);
  const head = data.columns.map((c) => `<th${text(c)}>${escape(c.name)}</th>`).join('');
  const rows = data.rows.map((r) => `<tr>${data.columns.map((c) => `<td${painted(c, r[c.name])}>${cell(panel, c, r)}</td>`).join('')}</tr>`).join('');
  body.innerHTML = `<table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table>`;
}

// In words what a chart shows, for who does not see it.
function inWords(panel, data) {
  const says = data.columns.slice(1).map((c) => {
    const values = data.rows.map((r) => r[c.name]).filter((v) => v !== null), one = (v) => show(v, setting(panel, c.name, 'unit'), setting(panel, c.name, 'decimals'));
    if (!values.length) return `${c.name}: no data`;
    return `${c.name}: ${values.length} values from ${one(Math.min(...values))} to ${one(Math.max(...values))}, the last ${one(values.at(-1))}`;
  });
  return says.join('; ');
}

function series(panel, data, name, range) {
  const get = (id) => setting(panel, name, id);
  const points = (value) => data.rows.map((r) => [Date.parse(r.time), value(r)]);
  const below = get('custom.fillBelowTo');
  const fixed = get('color')?.fixedColor, color = NAMED[fixed] ?? fixed ?? BLUE;
  // the band between two columns: what lies between, on top of the lower one
  if (below) return { name: `${below} – ${name}`, type: 'line', stack: name, stackStrategy: 'all', symbol: 'none', color, lineStyle: { width: 0 }, areaStyle: { opacity: 0.2 },
    data: points((r) => r[name] === null ? null : r[name] - r[below]), tooltip: { valueFormatter: () => '' } };
  const base = data.columns.find((c) => setting(panel, c.name, 'custom.fillBelowTo') === name);
  if (base) return { name, type: 'line', stack: base.name, stackStrategy: 'all', symbol: 'none', color, lineStyle: { width: 0 }, hidden: true, data: points((r) => r[name]) };
  if (get('custom.drawStyle') === 'bars') return { name, type: 'bar', stack: get('custom.stacking')?.group, color, barMaxWidth: 40, data: points((r) => r[name]) };
  const dashed = get('custom.lineStyle')?.fill === 'dash', steps = get('custom.lineInterpolation') === 'stepAfter';
  const drawn = points((r) => r[name]);
  // the newest step lasts as long as the one before, or to the end: without a point there it would not be seen
  if (steps && drawn.length) {
    const last = drawn.at(-1), length = drawn.length > 1 ? last[0] - drawn.at(-2)[0] : range.to - last[0];
    drawn.push([Math.min(last[0] + length, range.to), last[1], 'end']);
  }
  return { name, type: 'line', color, symbol: data.rows.length < 3 ? 'circle' : 'none', step: steps && !dashed ? 'end' : false,
    lineStyle: { type: dashed ? 'dashed' : 'solid', width: get('custom.lineWidth') }, areaStyle: { opacity: (get('custom.fillOpacity') ?? 0) / 100 }, data: drawn };
}

function drawTimeseries(panel, data, body, range) {
  const { defaults } = panel.fieldConfig, days = range.to - range.from > 2 * 864e5;
  const all = data.columns.slice(1).map((c) => series(panel, data, c.name, range));
  all.sort((a, b) => (b.hidden ?? false) - (a.hidden ?? false));  // the base of a band before the band
  body.setAttribute('role', 'img');
  body.setAttribute('aria-label', `${body.parentElement.querySelector('h2').textContent}. ${inWords(panel, data)}`);
  const chart = echarts.init(body, dark.matches ? 'dark' : null, { renderer: 'canvas' });
  chart.setOption({
    animation: false, backgroundColor: 'transparent', grid: { left: 48, right: 16, top: 10, bottom: 44 },
    legend: { bottom: 0, data: all.filter((s) => !s.hidden).map((s) => s.name) },
    xAxis: { type: 'time', min: range.from, max: range.to, axisLabel: { hideOverlap: true, formatter: (ms) => local(ms, days ? { weekday: 'short', day: '2-digit' } : { hour: '2-digit', minute: '2-digit' }) } },
    yAxis: { type: 'value', min: defaults.min, max: defaults.max, axisLabel: { formatter: (v) => defaults.unit === 'percentunit' ? Math.round(100 * v) + ' %' : v } },
    tooltip: { trigger: 'axis', valueFormatter: (v) => show(v, defaults.unit, defaults.decimals), axisPointer: { label: { formatter: (p) => local(p.value, { dateStyle: 'medium', timeStyle: 'short' }) } } },
    series: all.map(({ hidden, ...s }) => s),
  });
  charts.set(panel.id, chart);
}

const draw = { stat: drawStat, table: drawTable, timeseries: drawTimeseries };

async function drawPanel(panel, parameters, range, mine) {
  const section = document.getElementById(`panel-${panel.id}`), body = section.querySelector('.body');
  const answer = await fetch(`/panel?id=${panel.id}&${parameters}`), text = await answer.text();
  if (mine !== round) return;  // asked again meanwhile
  charts.get(panel.id)?.dispose();
  charts.delete(panel.id);
  empty(body);
  body.classList.toggle('error', !answer.ok);
  section.querySelector('h2').textContent = panel.title.replace(/\$(\w+)/g, (all, name) => parameters.get(`var-${name}`) ?? all);
  if (!answer.ok) { body.textContent = text; return; }
  const data = JSON.parse(text);
  section.dataset.rows = data.rows.length;
  if (nothing(data)) body.innerHTML = '<p class="none">no data</p>';
  else draw[panel.type](panel, data, body, range);
}

function empty(body) {
  body.textContent = '';
  body.removeAttribute('role');
  body.removeAttribute('aria-label');
}

// What is wrong with the choices, in words.
function complaint() {
  for (const name of ['from', 'to']) if (!field(name).value) return `Choose a date and time for "${name}".`;
  if (field('from').value >= field('to').value) return 'The time range is empty: "from" is not before "to".';
  for (const set of document.querySelectorAll('fieldset')) {
    if (!set.querySelector(':checked')) return `Nothing is chosen: tick at least one ${set.querySelector('legend').textContent.toLowerCase()}.`;
  }
  return '';
}

// ---- the page

async function refresh() {
  const mine = ++round, parameters = new URLSearchParams();
  const wrong = complaint();
  document.getElementById('say').textContent = wrong;
  if (wrong) {
    for (const chart of charts.values()) chart.dispose();
    charts.clear();
    document.querySelectorAll('.body').forEach(empty);
    document.body.dataset.state = 'ready';
    document.body.setAttribute('aria-busy', 'false');
    return;
  }
  const range = { from: fromField(field('from').value), to: fromField(field('to').value) };
  parameters.set('from', range.from);
  parameters.set('to', range.to);
  for (const e of document.querySelectorAll('[name^=var-]')) if (e.type !== 'checkbox' || e.checked) parameters.append(e.name, e.value);
  zone = parameters.get('var-zone') ?? zone;
  history.replaceState(null, '', '?' + parameters);
  document.body.dataset.state = 'loading';
  document.body.setAttribute('aria-busy', 'true');  // the old numbers are dimmed until the new ones are there
  await Promise.all(dashboard.panels.map((panel) => drawPanel(panel, parameters, range, mine)));
  if (mine !== round) return;
  document.body.dataset.state = 'ready';
  document.body.setAttribute('aria-busy', 'false');
}

function filter(name, v, chosen) {
  const box = (c) => `<label><input type="checkbox" name="var-${name}" value="${escape(c)}"${chosen.includes(c) ? ' checked' : ''}> ${escape(c)}</label>`;
  if (v.several) return element(`<fieldset><legend>${escape(v.label)}</legend>${v.choices.map(box).join('')}</fieldset>`);
  const option = (c) => `<option${chosen.includes(c) ? ' selected' : ''}>${escape(c)}</option>`;
  return element(`<label>${escape(v.label)}<select name="var-${name}">${v.choices.map(option).join('')}</select></label>`);
}

async function start() {
  ({ dashboard, variables } = await (await fetch('/dashboard')).json());
  zone = dashboard.timezone;
  const asked = new URLSearchParams(location.search), header = document.querySelector('header');
  document.querySelector('h1').textContent = dashboard.title;
  for (const k of ['from', 'to']) {
    const ms = +(asked.get(k) ?? Date.parse(dashboard.time[k]));
    header.append(element(`<label>${k}<input type="datetime-local" name="${k}" value="${toField(ms)}"></label>`));
  }
  for (const [name, v] of Object.entries(variables)) {
    if (v.constant) continue;
    const chosen = asked.getAll(`var-${name}`);
    header.append(filter(name, v, chosen.length ? chosen : [v.value].flat()));
  }
  for (const p of dashboard.panels) {
    const { x, y, w, h } = p.gridPos;
    document.querySelector('main').append(element(`<section id="panel-${p.id}" title="${escape(p.description)}" style="grid-column: ${x + 1} / span ${w}; grid-row: ${y + 1} / span ${h}"><h2></h2><div class="body" tabindex="0"></div></section>`));
  }
  header.addEventListener('change', refresh);
  dark.addEventListener('change', refresh);
  addEventListener('resize', () => { for (const chart of charts.values()) chart.resize(); });
  await refresh();
}
start();
