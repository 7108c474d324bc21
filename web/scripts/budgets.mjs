// Measures what a browser loads for the pages that matter (script and style, brotli) from Vite's manifest.
import { existsSync, readFileSync, statSync } from 'node:fs';

const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));

function closure(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`budgets: ${key} is not in the manifest`);
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of chunk.imports ?? []) closure(next, seen);
  return seen;
}

function filesOf(keys) {
  const files = new Set();
  for (const key of keys) {
    files.add(manifest[key].file);
    for (const css of manifest[key].css ?? []) files.add(css);
  }
  return files;
}

function kilobytes(files) {
  let bytes = 0;
  // A file too small to gain has no .br beside it.
  for (const file of files)
    bytes += statSync(existsSync(`dist/${file}.br`) ? `dist/${file}.br` : `dist/${file}`).size;
  return bytes / 1024;
}

const load = (...keys) => filesOf(keys.flatMap(key => [...closure(key)]));

const consoleEntry = 'console.html';
const signIn = 'src/console/routes/session/sign-in.tsx';
const firstList = ['src/console/shell/shell.tsx', 'src/console/routes/tickets/list.tsx'];
const list = load(consoleEntry, ...firstList);
// What a phone loads for its first page; pages opened now and then come when they are opened.
const technician = ['technician.html'];
const resident = ['resident.html'];

const figures = [
  ['console login', load(consoleEntry, signIn), 260],
  ['console first list', list, 370],
  ['technician', load(...technician), 130],
  ['resident', load(...resident), 130],
];

const counted = new Set([signIn, ...firstList]);
for (const key of Object.keys(manifest)) {
  if (!key.startsWith('src/console/routes/') || counted.has(key) || !manifest[key].isDynamicEntry) continue;
  const own = [...load(key)].filter(file => !list.has(file));
  figures.push([`lazy ${key.replace('src/console/routes/', '')}`, new Set(own), 60]);
}

let failed = false;
for (const [name, files, limit] of figures) {
  const size = kilobytes(files);
  const over = size > limit;
  failed ||= over;
  console.log(`${over ? 'OVER' : 'ok  '} ${name.padEnd(40)} ${size.toFixed(1).padStart(6)} of ${limit} KB`);
}
if (failed) process.exit(1);
