// TAP, as prove and test/run.sh read it
let n = 0, failed = 0;

export function check(ok, what, why = '') {
  console.log(`${ok ? 'ok' : 'not ok'} ${++n} - ${what}`);
  if (ok) return;
  failed++;
  console.log(`# ${String(why).replaceAll('\n', '\n# ')}`);
}

export function done() {
  console.log(`1..${n}`);
  process.exitCode = failed ? 1 : 0;
}
