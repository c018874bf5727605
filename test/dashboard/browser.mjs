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
    // what was added so that the newest step is seen is no value
    const series = chart.getOption().series.map((s) => ({ name: s.name, values: s.data.filter((p) => p.length === 2).map((p) => p[1]) }));
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
  const errors = await page.$$eval('.error:not(#say)', (all) => all.map((e) => e.textContent));
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

  // the newest interval is seen: its step ends where the range ends
  const ends = await page.evaluate(() => charts.get(3).getOption().series[0].data.slice(-2).map((p) => p[0]));
  check(ends[1] - ends[0] > 12 * 36e5, 'the newest day of a step chart is as wide as a day', `${(ends[1] - ends[0]) / 36e5} h`);

  // colours: a bad day is red, a good one green, figures without a target are neutral
  const colours = async () => Object.fromEntries(await page.$$eval('#panel-1 .stats div', (all) => all.map((d) => [d.querySelector('span').textContent, getComputedStyle(d.querySelector('b')).color])));
  const text = await page.$eval('body', (b) => getComputedStyle(b).color);
  const between = async (from, to) => { await change(() => page.fill('[name=from]', from)); await change(() => page.fill('[name=to]', to)); };
  await change(() => page.selectOption('[name=var-target]', '0.8'));
  await between('2026-03-07T00:00', '2026-03-07T23:59');
  let seen = await colours();
  check(seen['points to target'] === 'rgb(196, 22, 42)', 'a day below its target is red', seen['points to target']);
  check(Object.entries(seen).every(([name, c]) => name === 'points to target' || c === text), 'all other figures are neutral', JSON.stringify(seen));
  await between('2026-03-06T00:00', '2026-03-06T23:59');
  seen = await colours();
  check(seen['points to target'] === 'rgb(26, 127, 75)', 'a day above it is green', seen['points to target']);

  // between them there is a third, and each queue has its own
  const middle = await page.evaluate(() => [-5.1, -5, -0.1, 0, null].map((v) => colour(dashboard.panels.find((p) => p.id === 1), { name: 'points to target' }, v)));
  check(middle.join() === 'red,orange,orange,green,text', 'up to five points below the target are amber', middle.join());
  const cells = await page.$$eval('#panel-6 tbody tr', (rows) => rows.map((r) => [...r.cells].map((c) => [c.className, c.textContent])));
  check(cells.length > 1 && cells.every((row) => row.filter((c) => ['red', 'orange', 'green'].includes(c[0])).length === 1), 'each queue has one figure in colours', JSON.stringify(cells[0]));
  check(cells.every((row) => row.every(([c, t]) => c !== 'red' || t.startsWith('-')) && row.every(([c, t]) => c !== 'green' || !t.startsWith('-'))), 'red below the target, green above', JSON.stringify(cells));

  // while a query runs the old numbers are dimmed
  await page.route('**/panel?*', async (route) => { await new Promise((r) => setTimeout(r, 400)); await route.continue(); });
  await page.evaluate(() => { document.body.dataset.state = 'waiting'; });
  await page.selectOption('[name=var-step]', '30m');
  await page.waitForFunction(() => document.body.dataset.state === 'loading');
  const busy = await page.evaluate(() => [document.body.getAttribute('aria-busy'), getComputedStyle(document.querySelector('#panel-1 .body')).opacity, document.querySelectorAll('canvas').length]);
  check(busy[0] === 'true' && busy[1] < 0.5 && busy[2] > 0, 'busy, and what is old is dimmed', busy.join(', '));
  await ready();
  await page.unroute('**/panel?*');
  check(await page.getAttribute('body', 'aria-busy') === 'false', 'and then no more');

  // what cannot be asked is said in words
  const said = () => page.textContent('#say');
  await change(() => page.fill('[name=to]', '2026-03-05T00:00'));
  check(/"from" is not before "to"/.test(await said()) && (await page.$$('canvas')).length === 0, 'from after to', await said());
  await change(() => page.fill('[name=to]', ''));
  check(/Choose a date/.test(await said()), 'a date that was cleared', await said());
  await change(() => page.fill('[name=to]', '2026-03-06T23:59'));
  check(await said() === '' && (await page.$$('canvas')).length === 5, 'and back');
  for (const q of QUEUES) await change(() => page.uncheck(`[name=var-queue][value=${q}]`));
  check(/tick at least one queue/.test(await said()), 'no queue', await said());
  for (const q of QUEUES) await change(() => page.check(`[name=var-queue][value=${q}]`));
  await between('2001-01-01T00:00', '2001-01-02T00:00');
  const none = await page.$$eval('.body', (all) => all.filter((b) => b.textContent !== 'no data').map((b) => b.parentElement.id));
  check(!none.length && (await page.$$('.error:not(#say)')).length === 0, 'a range without rows has no data', none.join(', '));
  await change(() => page.fill('[name=to]', '2026-03-04T20:00'));
  await change(() => page.fill('[name=from]', '2026-03-04T08:00'));

  // for who does not see the charts, and for who has no mouse
  const words = await page.$$eval('[role=img]', (all) => all.map((e) => e.getAttribute('aria-label')));
  check(words.length === 5 && words.every((w) => /: \d+ values from .* the last /.test(w)), 'each chart is told in words', words.join(' / '));
  await page.focus('[name=from]');
  const reached = new Set();
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    reached.add(await page.evaluate(() => document.activeElement.name || document.activeElement.parentElement?.id));
  }
  check(['to', 'var-queue', 'var-step', 'var-target', 'var-zone', 'panel-6', 'panel-9'].every((n) => reached.has(n)), 'everything is reached by keys', [...reached].join(' '));

  // a phone, a page at 200 %, the dark
  for (const [what, viewport] of [['on a phone', { width: 390, height: 844 }], ['at 200 %', { width: 640, height: 450 }]]) {
    await page.setViewportSize(viewport);
    await change(() => page.reload());
    const wide = await page.evaluate(() => [document.scrollingElement.scrollWidth, innerWidth]);
    check(wide[0] <= wide[1], `${what} the page is as wide as the screen`, wide.join(' > '));
    const small = await page.$$eval('section', (all) => all.filter((s) => s.getBoundingClientRect().width < innerWidth * 0.85).map((s) => s.id));
    check(!small.length, `${what} each panel has its full width`, small.join(', '));
    const hidden = await page.$$eval('#panel-1 .body', ([b]) => b.scrollHeight - b.clientHeight);
    check(hidden <= 0, `${what} no figure is cut off`, hidden);
    await picture(what.replace(/\W+/g, '-'));
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await change(() => page.reload());
  const dark = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('section')).backgroundColor, getComputedStyle(document.body).color]);
  check(dark.join() === 'rgb(17, 18, 23),rgb(24, 27, 31),rgb(204, 204, 220)', 'dark is dark', dark.join(' '));
  await picture('dark');
  await page.emulateMedia({ colorScheme: 'light' });

  const status = async (path) => (await page.request.get(`${address}${path}`)).status();
  check(await status(`panel?id=1&from=0&to=1&var-queue=${encodeURIComponent("x') OR true --")}`) === 500, 'what is not among the choices is refused');
  check(await status('panel?id=1&from=x&to=1') === 500 && await status('panel?id=99&from=0&to=1') === 404 && await status('../package.json') === 404, 'so is what is no time, no panel, no page');
  check(trouble.length === 0, 'no errors, and nothing from elsewhere', trouble.join('; '));
} finally {
  await browser.close();
  server.kill();
}
done();
