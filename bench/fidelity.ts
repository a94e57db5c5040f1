import Table from 'cli-table3';
import fc from 'fast-check';
import {
  bounds,
  diceAsFar,
  diceBeyond,
  isWithin,
  type MeasuredError,
  measureError,
} from '../test/env/sim/fluid-error.ts';
import { randomCases } from '../test/env/sim/random-service.ts';
import { regimes } from '../test/env/sim/regimes.ts';

/*
 * How far the fluid is off the request level, regime by regime, each case in the mean over as many runs as it takes to tell; and beside it how
 * far the request level is off itself. Arguments: cases per regime (100), and the seed of what is drawn (1).
 */
const cases = Number(process.argv[2] ?? 100);
const seed = Number(process.argv[3] ?? 1);
/** A row whose name holds this; all where it is not given. */
const wanted = process.argv[4] ?? '';

/** Runs of a case whose dice are looked at, and of one that the fluid misses. */
const diceRuns = 8;
const missedRuns = 32;
/** Where the dice are as far off in so many runs, nobody can tell the fluid from one of them. */
const tellingShare = 0.05;

function row(name: string, errors: readonly MeasuredError[]): string[] {
  const missed = errors.filter((one) => !isWithin(one, bounds));
  const within = 1 - missed.length / errors.length;
  const untold = missed.filter((one) => diceAsFar(one, bounds) >= tellingShare).length;
  const dice = errors.reduce((sum, one) => sum + diceBeyond(one, bounds), 0) / errors.length;
  return [
    name,
    spread(errors.map((one) => one.mean.usd)),
    spread(errors.map((one) => one.mean.attainment)),
    spread(errors.map((one) => one.mean.spilled)),
    spread(errors.map((one) => one.mean.accuracy)),
    `${(100 * within).toFixed(1)} %`,
    `${(100 * (1 - dice)).toFixed(1)} %`,
    `${untold} of ${missed.length}`,
  ];
}

/** Median, 95th percentile and worst, in hundredths. */
function spread(values: readonly number[]): string {
  const sizes = values.map(Math.abs).sort((a, b) => a - b);
  const at = (share: number) => sizes[Math.min(sizes.length - 1, Math.floor(share * sizes.length))]!;
  return [at(0.5), at(0.95), at(1)].map((one) => (100 * one).toFixed(2)).join(' / ');
}

const head = [
  'regime',
  'dollars, %',
  'attainment, points',
  'spilled, points',
  'accuracy, points',
  'within',
  'dice',
  'untold',
];
const table = new Table({ head, style: { head: [], border: [] } });
for (const regime of regimes) {
  if (!regime.name.includes(wanted)) continue;
  const errors: MeasuredError[] = [];
  for (const one of fc.sample(randomCases(regime.cases), { numRuns: cases, seed })) {
    const first = await measureError(one, bounds, diceRuns);
    errors.push(isWithin(first, bounds) ? first : await measureError(one, bounds, missedRuns));
  }
  table.push(row(regime.name, errors));
  process.stderr.write(`${table.at(-1)!}\n`);
}
console.log(`${cases} cases of 15 minutes each; median, 95th percentile, worst`);
console.log(
  'within: the fluid is within 2 % of the dollars and a point of attainment of the mean of the request level',
);
console.log('dice: one run of the request level is so of the mean of the others');
console.log('untold: missed cases in which one run of the request level in twenty or more is as far off as the fluid');
console.log(table.toString());
