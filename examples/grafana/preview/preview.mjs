// Shows the Grafana dashboard beside it, live, without Grafana: for looking at it, and for the tests.
//
//   npm ci --omit=dev && node preview.mjs     prints its address; PGHOST, PGPORT, PGUSER and PGDATABASE say which database
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { expand, query, readDashboard, variables } from './grafana.mjs';

// the packages may lie elsewhere than this file
const modules = process.env.KPI_NODE_MODULES ?? new URL('node_modules', import.meta.url).pathname;
const FILES = {
  '/': [new URL('preview.html', import.meta.url).pathname, 'text/html'],
  '/preview.js': [new URL('preview.js', import.meta.url).pathname, 'text/javascript'],
  '/echarts.js': [`${modules}/echarts/dist/echarts.min.js`, 'text/javascript'],
};
const dashboard = readDashboard();
const known = await variables(dashboard);

// Grafana puts the text of a variable into the query. What is not among its choices stays out of ours.
function chosen(parameters) {
  const values = {};
  for (const [name, v] of Object.entries(known)) {
    const asked = v.constant ? [] : parameters.getAll(`var-${name}`);
    if (!asked.every((a) => v.choices.includes(a))) throw new Error(`${name}: no such choice`);
    values[name] = asked.length ? (v.several ? asked : asked[0]) : v.value;
  }
  return values;
}

function moment(parameters, name) {
  const at = new Date(+(parameters.get(name) || NaN));
  if (Number.isNaN(+at)) throw new Error(`${name}: not a time in milliseconds`);
  return at;
}

async function answer(url) {
  if (FILES[url.pathname]) return [200, FILES[url.pathname][1], readFileSync(FILES[url.pathname][0])];
  if (url.pathname === '/dashboard') return [200, 'application/json', JSON.stringify({ dashboard, variables: known })];
  if (url.pathname !== '/panel') return [404, 'text/plain', 'not found'];
  const panel = dashboard.panels.find((p) => p.id === +url.searchParams.get('id'));
  if (!panel) return [404, 'text/plain', 'no such panel'];
  const range = { from: moment(url.searchParams, 'from'), to: moment(url.searchParams, 'to') };
  return [200, 'application/json', JSON.stringify(await query(expand(panel.targets[0].rawSql, chosen(url.searchParams), range)))];
}

const server = createServer(async (request, response) => {
  let [status, type, body] = [500, 'text/plain', ''];
  try {
    [status, type, body] = await answer(new URL(request.url, 'http://localhost'));
  } catch (e) {
    body = e.message;
  }
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(body);
});
server.listen(+(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
