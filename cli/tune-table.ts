import Table from 'cli-table3';
import type { ServiceProfile } from '../env/types.ts';
import { formatAttainment, formatShare, formatUsd } from '../policies/evaluation/format.ts';
import { interquartileMean } from '../policies/evaluation/interval.ts';
import { type Score, targetAttainment } from '../policies/tuning/score.ts';
import type { Trial } from '../policies/tuning/search.ts';

const rulesOff = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((end) => [`${side}${end}`, '']),
  ),
);

/** Settings for a terminal, in the order given; attainment and accuracy are those of the worst trace. */
export function trialTable(trials: readonly Trial[], profile: ServiceProfile, reserve: number): string {
  const table = new Table({
    head: ['', '$', '/ bound', '/ defaults', 'in time', 'accuracy', 'setting'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'left'],
    chars: { ...rulesOff, middle: '' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  for (const { score, specification } of trials) {
    const usd = score.traces.reduce((sum, one) => sum + one.usd, 0);
    const worst = score.traces.reduce((least, one) => Math.min(least, one.attainment ?? 1), 1);
    const accuracy = score.traces.reduce((least, one) => Math.min(least, one.accuracy ?? 1), 1);
    table.push([
      markOf(score),
      formatUsd(usd),
      interquartileMean(score.traces.map((one) => one.usd / (one.boundUsd || 1))).toFixed(4),
      score.costRatio.toFixed(4),
      formatAttainment(worst),
      formatShare(accuracy),
      specification,
    ]);
  }
  return `${table.toString()}\n${legend(trials, profile, reserve)}\n`;
}

const misses = '!';
const keepsWithoutReserve = '~';

function markOf({ shortfall, reserveShortfall }: Score): string {
  return shortfall > 0 ? misses : reserveShortfall > 0 ? keepsWithoutReserve : '';
}

function legend(trials: readonly Trial[], profile: ServiceProfile, reserve: number): string {
  const marks = trials.map((one) => markOf(one.score));
  const target = formatAttainment(targetAttainment(profile, reserve));
  const parts = [`promised: ${formatAttainment(profile.slo.attainment)} in time, with the reserve ${target}`];
  parts.push(
    '/ bound: cost over the least that any policy could have spent',
    "/ defaults: over that of the rule's own settings",
  );
  if (marks.includes(misses)) parts.push(`${misses} misses the promise`);
  if (marks.includes(keepsWithoutReserve)) parts.push(`${keepsWithoutReserve} keeps it without the reserve`);
  return parts.join('; ');
}
