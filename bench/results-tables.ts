import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEvaluation } from '../policies/evaluation/json.ts';
import { withTables } from './results-page.ts';

/*
 * Writes the tables of docs/results.md anew from what bench/results.sh left: `npm run build && node dist/bench/results-tables.js`. Arguments: the folder with
 * the results (runs/results), and the page. A table whose results are not there stays as it is, and is named.
 */
const folder = process.argv[2] ?? 'runs/results';
const file = process.argv[3] ?? 'docs/results.md';

const page = readFileSync(file, 'utf8');
const missing: string[] = [];
const written = withTables(page, readMatrix, (name) => missing.push(name));
writeFileSync(file, written);
console.log(written === page ? `${file}: as it was` : `${file}: written`);
for (const name of missing) console.log(`${name}: ${folder} has no results of it, so the table stays as it was`);

function readMatrix(name: string) {
  const path = join(folder, `${name}.json`);
  return existsSync(path) ? parseEvaluation(readFileSync(path, 'utf8'), path) : null;
}
