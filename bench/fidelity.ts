import Table from 'cli-table3';
import fc from 'fast-check';
import { errorOfCase, type FluidError, isWithinBounds, regimes } from '../test/env/sim/fluid-error.ts';
import { randomCases } from '../test/env/sim/random-service.ts';

/*
 * How far the fluid is off the request level, regime by regime. Arguments: runs per regime (200), and the seed of what is drawn (1).
 */
const runs = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? 1);
/** A row whose name holds this; all where it is not given. */
const wanted = process.argv[4] ?? '';

function row(name: string, errors: readonly FluidError[]): string[] {
  const within = errors.filter(isWithinBounds).length / errors.length;
  return [
    name,
    spread(errors.map((one) => one.usd)),
    spread(errors.map((one) => one.attainment)),
    spread(errors.map((one) => one.spilled)),
    spread(errors.map((one) => one.accuracy)),
    `${(100 * within).toFixed(1)} %`,
  ];
}

/** Median, 95th percentile and worst, in hundredths. */
function spread(values: readonly number[]): string {
  const sizes = values.map(Math.abs).sort((a, b) => a - b);
  const at = (share: number) => sizes[Math.min(sizes.length - 1, Math.floor(share * sizes.length))]!;
  return [at(0.5), at(0.95), at(1)].map((one) => (100 * one).toFixed(2)).join('  ');
}

const head = ['regime', 'dollars, %', 'attainment, points', 'spilled, points', 'accuracy, points', 'within'];
const table = new Table({ head, style: { head: [], border: [] } });
for (const { name, cases } of regimes) {
  if (!name.includes(wanted)) continue;
  const errors: FluidError[] = [];
  for (const one of fc.sample(randomCases(cases), { numRuns: runs, seed })) errors.push(await errorOfCase(one));
  table.push(row(name, errors));
  process.stderr.write(`${name}\n`);
}
console.log(`${runs} runs of 15 minutes each; median, 95th percentile, worst`);
console.log(table.toString());
