import Table from 'cli-table3';
import fc from 'fast-check';
import { bounds, isWithin, type MeasuredError, measureError } from '../test/env/sim/fluid-error.ts';
import { randomCases } from '../test/env/sim/random-service.ts';
import { regimes } from '../test/env/sim/regimes.ts';

/*
 * How far the fluid is off the request level, regime by regime, each case in the mean over as many runs as it takes to tell. Arguments:
 * cases per regime (100), and the seed of what is drawn (1).
 */
const cases = Number(process.argv[2] ?? 100);
const seed = Number(process.argv[3] ?? 1);
/** A row whose name holds this; all where it is not given. */
const wanted = process.argv[4] ?? '';

function row(name: string, errors: readonly MeasuredError[]): string[] {
  const within = errors.filter((one) => isWithin(one, bounds)).length / errors.length;
  return [
    name,
    spread(errors.map((one) => one.mean.usd)),
    spread(errors.map((one) => one.mean.attainment)),
    spread(errors.map((one) => one.mean.spilled)),
    spread(errors.map((one) => one.mean.accuracy)),
    `${(100 * within).toFixed(1)} %`,
  ];
}

/** Median, 95th percentile and worst, in hundredths. */
function spread(values: readonly number[]): string {
  const sizes = values.map(Math.abs).sort((a, b) => a - b);
  const at = (share: number) => sizes[Math.min(sizes.length - 1, Math.floor(share * sizes.length))]!;
  return [at(0.5), at(0.95), at(1)].map((one) => (100 * one).toFixed(2)).join(' / ');
}

const head = ['regime', 'dollars, %', 'attainment, points', 'spilled, points', 'accuracy, points', 'within'];
const table = new Table({ head, style: { head: [], border: [] } });
for (const regime of regimes) {
  if (!regime.name.includes(wanted)) continue;
  const errors: MeasuredError[] = [];
  for (const one of fc.sample(randomCases(regime.cases), { numRuns: cases, seed })) {
    errors.push(await measureError(one, bounds));
  }
  table.push(row(regime.name, errors));
  process.stderr.write(`${table.at(-1)!}\n`);
}
console.log(`${cases} cases of 15 minutes each; median, 95th percentile, worst`);
console.log(table.toString());
