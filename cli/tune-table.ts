import Table from 'cli-table3';
import { formatAttainment, formatShare, formatUsd } from '../policies/evaluation/format.ts';
import type { Trial } from '../policies/tuning/search.ts';

const rulesOff = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((end) => [`${side}${end}`, '']),
  ),
);

/** The best few settings for a terminal, best first. */
export function trialTable(trials: readonly Trial[], attainment: number): string {
  const table = new Table({
    head: ['', '$', '$ / bound', 'in time', 'accuracy', 'setting'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
    chars: { ...rulesOff, middle: '' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  for (const { score, specification } of trials) {
    const usd = score.traces.reduce((sum, one) => sum + one.usd, 0);
    const worst = score.traces.reduce((least, one) => Math.min(least, one.attainment ?? 1), 1);
    const accuracy = score.traces.reduce((least, one) => Math.min(least, one.accuracy ?? 1), 1);
    table.push([
      score.shortfall > 0 ? '!' : '',
      formatUsd(usd),
      score.costRatio.toFixed(4),
      formatAttainment(worst),
      formatShare(accuracy),
      specification,
    ]);
  }
  const isShort = trials.some((one) => one.score.shortfall > 0);
  const promise = `promised: ${formatAttainment(attainment)} in time`;
  return `${table.toString()}\n${isShort ? `!  misses the promise; ${promise}` : promise}\n`;
}
