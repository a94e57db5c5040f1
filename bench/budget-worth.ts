import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Table from 'cli-table3';

/*
 * What the router's budgets are worth to tuned rules, on three traces that none was tuned on: the dollars with a budget over those without,
 * beside the share in time and the mean accuracy. Arguments: the fidelity (fluid), the hours of each trace from its 12th on (3), the VMs (20), the price
 * ratios ('1.4 2.5 4').
 */
const fidelity = process.argv[2] ?? 'fluid';
const hours = process.argv[3] ?? '3';
const fleet = process.argv[4] ?? '20';
const traces = ['twitter_may25_1s', 'worldcup98_1998-06-10_60s', 'nasa_jul95_13_1s'];
const rules = ['mixed', 'ski-rental', 'percentile', 'lcp', 'target-tracking-fast'];
const ratios = (process.argv[5] ?? '1.4 2.5 4').split(' ');
const budgets = {
  off: { accuracy: false, misses: false },
  accuracy: { accuracy: true, misses: false },
  misses: { accuracy: false, misses: true },
  both: { accuracy: true, misses: true },
};
const run = promisify(execFile);
const command = fileURLToPath(new URL('../cli/spillway.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'budgets-'));

interface Result {
  readonly policy: string;
  readonly usd: number;
  readonly attainment: { readonly all: number };
  readonly accuracy: number;
  readonly spilledShare: number;
}

async function evaluate(ratio: string, spent: keyof typeof budgets): Promise<readonly Result[]> {
  const service = join(folder, `${ratio}-${spent}.yaml`);
  const profile = readFileSync(`examples/rho/${ratio}.yaml`, 'utf8');
  writeFileSync(service, `${profile}\nbudgets: ${JSON.stringify(budgets[spent])}\n`);
  const files = traces.map((name) => `../shared/traces/${name}.csv@12h+${hours}h`);
  const options = ['--tuned', `examples/tuned/rho-${ratio}.yaml`, '--fleet', fleet, '--fidelity', fidelity];
  const output = ['--seeds', '1', '--jobs', '1', '--quiet', '--json', '-'];
  const policies = ['--policies', rules.join(',')];
  const args = ['evaluate', '--service', service, '--trace', ...files, ...options, ...policies, ...output];
  const { stdout } = await run(process.execPath, [command, ...args], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout).results;
}

/** Dollars over those without a budget on each trace; the least share in time, the mean accuracy and what was spilled. */
function cells(results: readonly Result[], off: readonly Result[]): string[] {
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  const cost = results.map(({ usd }, index) => usd / off[index]!.usd);
  return [
    cost.map((one) => one.toFixed(2)).join(' '),
    percent(Math.min(...results.map((one) => one.attainment.all))),
    percent(mean(results.map((one) => one.accuracy))),
    percent(mean(results.map((one) => one.spilledShare))),
  ];
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

if (!existsSync(`../shared/traces/${traces[0]}.csv`))
  throw new Error('this bench needs the traces of ../shared/traces');
const head = ['rho', 'rule', 'budget', '$ over none, by trace', 'in time, worst %', 'accuracy %', 'spilled %'];
const table = new Table({ head, style: { head: [], border: [] } });
for (const ratio of ratios) {
  const results = new Map<string, readonly Result[]>();
  for (const spent of Object.keys(budgets) as (keyof typeof budgets)[])
    results.set(spent, await evaluate(ratio, spent));
  for (const rule of rules) {
    const of = (spent: string) => results.get(spent)!.filter((one) => one.policy === rule);
    for (const spent of results.keys()) table.push([ratio, rule, spent, ...cells(of(spent), of('off'))]);
  }
  process.stderr.write(`rho ${ratio}\n`);
}
rmSync(folder, { recursive: true });
console.log(
  `${fidelity}, ${hours} h from the 12th hour of ${traces.join(', ')}, ${fleet} VMs busy in the mean, tuned without budgets`,
);
console.log(table.toString());
