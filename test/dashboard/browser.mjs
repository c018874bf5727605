// Looks at the preview of the dashboard in headless Chromium: every panel is drawn, its total is that of plain SQL over
// the raw tables, filters change the numbers, nothing is cut off, nothing is fetched from elsewhere.  Prints TAP.
//
//   KPI_SCREENSHOTS=docs/images node browser.mjs     also writes the pictures of the documentation
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { query } from '../../examples/grafana/preview/grafana.mjs';
import { RAW } from './raw.mjs';
import { check, done } from './tap.mjs';

const modules = process.env.KPI_NODE_MODULES ?? new URL('../../examples/grafana/preview/node_modules', import.meta.url).pathname;
const { chromium } = createRequire(`${modules}/`)('playwright-core');
const QUEUES = ['billing', 'chat_sales', 'chat_support', 'premium', 'sales', 'support'];
const DAY = { from: new Date('2026-03-04T05:00:00Z'), to: new Date('2026-03-04T17:00:00Z') };

const server = spawn(process.execPath, [new URL('../../examples/grafana/preview/preview.mjs', import.meta.url).pathname], { stdio: ['ignore', 'pipe', 'inherit'] });
const address = await new Promise((found, lost) => {
  server.stdout.once('data', (d) => found(String(d).trim()));
  server.once('exit', () => lost(new Error('the preview did not start')));
});
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });

// the total of a panel as the page shows it: a table's cell, a chart's points
const shown = (page, id) => page.evaluate((id) => {
  const number = (text) => +text.replaceAll(',', '');
  const section = document.querySelector(`#panel-${id}`);
  const chart = charts.get(id);
  if (chart) {
    const series = chart.getOption().series.map((s) => ({ name: s.name, values: s.data.map((p) => p[1]) }));
    const sum = (...names) => series.filter((s) => names.includes(s.name)).flatMap((s) => s.values).reduce((a, b) => a + b, 0);
    if (id === 5) return series[0].values.at(-1);
    return sum('answered', 'given up', 'sent on', 'service level', 'last 30 minutes', 'nps');
  }
  if (id === 1) return number(section.querySelector('.stats b').textContent);
  const heads = [...section.querySelectorAll('th')].map((e) => e.textContent), rows = [...section.querySelectorAll('tbody tr')].map((r) => [...r.cells].map((c) => c.textContent));
  const column = heads.indexOf({ 6: 'offered', 7: 'replies', 9: 'handled' }[id]);
  if (id === 9) return rows.reduce((total, r) => total + number(r[column]), 0);
  return number(rows.at(-1)[column]);
}, id);

async function totals(page, what, queues) {
  for (const id of Object.keys(RAW).map(Number)) {
    const raw = RAW[id](DAY, queues), expected = raw.total((await query(raw.sql)).rows), got = await shown(page, id);
    check(Math.abs(got - expected) <= 1e-6 * Math.max(1, Math.abs(expected)), `${what}: the total of panel ${id} is that of plain SQL`, `${got}, not ${expected}`);
  }
}

try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const trouble = [];
  page.on('pageerror', (e) => trouble.push(e.message));
  page.on('console', (m) => m.type() === 'error' && trouble.push(m.text()));
  page.on('request', (r) => r.url().startsWith(address) || r.url().startsWith('data:') || trouble.push(`asks ${r.url()}`));
  const ready = () => page.waitForFunction(() => document.body.dataset.state === 'ready', null, { timeout: 120000 });
  const change = async (act) => { await page.evaluate(() => { document.body.dataset.state = 'waiting'; }); await act(); await ready(); };
  const picture = async (name) => process.env.KPI_SCREENSHOTS && page.screenshot({ path: `${process.env.KPI_SCREENSHOTS}/${name}.png`, fullPage: true });

  await page.goto(address);
  await ready();
  const errors = await page.$$eval('.error', (all) => all.map((e) => e.textContent));
  check(!errors.length, 'no panel shows an error', errors.join('; '));
  // a chart that drew nothing but its axes has next to no pixels of its line's blue
  const drawn = await page.$$eval('section:has(canvas)', (all) => all.map((s) => {
    const c = s.querySelector('canvas'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height - 60).data;
    let blue = 0;
    for (let i = 0; i < d.length; i += 4) if (Math.abs(d[i] - 0x32) < 40 && Math.abs(d[i + 1] - 0x74) < 40 && Math.abs(d[i + 2] - 0xd9) < 40 && d[i + 3] > 200) blue++;
    return { id: s.id, blue };
  }));
  check(drawn.length === 5, 'five charts', drawn.length);
  for (const { id, blue } of drawn) check(blue > 200, `${id}: something is drawn`, `${blue} pixels of it`);
  const cut = await page.$$eval('.body', (all) => all.filter((b) => b.scrollWidth > b.clientWidth).map((b) => b.parentElement.id));
  check(!cut.length, 'no panel is cut off at its right', cut.join(', '));
  const low = await page.$$eval('section:has(.stats) .body', (all) => all.filter((b) => b.scrollHeight > b.clientHeight).length);
  check(low === 0, 'the totals are not cut off below');
  await totals(page, 'all queues', QUEUES);
  await picture('dashboard');

  for (const q of QUEUES.filter((q) => q !== 'support')) await change(() => page.uncheck(`[name=var-queue][value=${q}]`));
  await totals(page, 'one queue', ['support']);
  check(await page.getAttribute('#panel-6', 'data-rows') === '2', 'one queue and its total');
  for (const q of QUEUES.filter((q) => q !== 'support')) await change(() => page.check(`[name=var-queue][value=${q}]`));

  await change(() => page.selectOption('[name=var-step]', '1h'));
  check(await page.getAttribute('#panel-3', 'data-rows') === '12', 'twelve hours have twelve points', await page.getAttribute('#panel-3', 'data-rows'));
  await change(() => page.selectOption('[name=var-target]', '0.9'));
  check(await page.evaluate(() => charts.get(3).getOption().series.find((s) => s.name === 'target').data[0][1]) === 0.9, 'the target moves');
  await change(() => page.selectOption('[name=var-step]', '1d'));
  await change(() => page.fill('[name=from]', '2026-03-02T00:00'));
  await change(() => page.fill('[name=to]', '2026-03-08T23:59'));
  check(await page.getAttribute('#panel-3', 'data-rows') === '7', 'a week by days has seven points', await page.getAttribute('#panel-3', 'data-rows'));
  const answered = await page.evaluate(() => charts.get(2).getOption().series.flatMap((s) => s.data.map((p) => p[1])).reduce((a, b) => a + b, 0));
  const truth = (await query(`SELECT count(*) AS n FROM public.contacts WHERE answered IS NOT NULL AND arrived_at <= '2026-03-08 20:59Z'`)).rows[0].n;
  check(answered === truth, 'all contacts of the week are in its days', `${answered}, not ${truth}`);

  const status = async (path) => (await page.request.get(`${address}${path}`)).status();
  check(await status(`panel?id=1&from=0&to=1&var-queue=${encodeURIComponent("x') OR true --")}`) === 500, 'what is not among the choices is refused');
  check(await status('panel?id=1&from=x&to=1') === 500 && await status('panel?id=99&from=0&to=1') === 404 && await status('../package.json') === 404, 'so is what is no time, no panel, no page');
  check(trouble.length === 0, 'no errors, and nothing from elsewhere', trouble.join('; '));
} finally {
  await browser.close();
  server.kill();
}
done();
