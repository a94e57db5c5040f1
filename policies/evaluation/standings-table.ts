import {
  formatAttainment,
  formatCount,
  formatInterval,
  formatRatio,
  formatSeeds,
  formatShare,
  formatUsd,
  shortName,
} from './format.ts';
import type { Interval } from './interval.ts';
import type { Evaluation, Standing } from './json.ts';
import { type Colors, type Column, plainTable } from './plain-table.ts';
import { misses } from './ranking.ts';
import { formatPromise } from './trace-table.ts';

/** Every policy over all traces. */
export function standingsTable(evaluation: Evaluation, paint: Colors, width: number): string {
  const { standings, traces, seeds, bestRule, priceRatio } = evaluation;
  const rho = priceRatio === null ? '' : `, rho ${priceRatio.toFixed(2)}`;
  const title = `${paint.bold(`All ${traces.length} traces`)}: interquartile mean over traces and ${formatSeeds(seeds.length)}${seeds.length === 1 ? '' : ' with its 95% interval'}${rho}`;
  const rule = standings.every((one) => one.overBestRule === null)
    ? ''
    : `; / rule: beside ${shortName(bestRule!)}, trace by trace and seed by seed`;
  return `${title}${rule}\n${plainTable(standings, columnsOf(evaluation), { paint, width })}`;
}

function columnsOf({ standings, traces, seeds, slo }: Evaluation): Column<Standing>[] {
  const ratio = (title: string, rank: number, of: (one: Standing) => Interval | null): Column<Standing>[] =>
    standings.every((one) => of(one) === null)
      ? []
      : [
          { title, rank, cell: (one) => formatRatio(of(one)?.value ?? null) },
          // One seed shows nothing of what chance does.
          ...(seeds.length === 1
            ? []
            : [{ title: '95%', rank: rank + 2, cell: (one: Standing) => intervalText(of(one)) }]),
        ];
  return [
    {
      title: '',
      rank: 0,
      isText: true,
      cell: (one) => (one.kind === 'clairvoyant' ? '°' : one.kept < traces.length ? '!' : ''),
    },
    { title: 'policy', rank: 0, isText: true, cell: (one) => shortName(one.policy) },
    { title: 'kept', rank: 0, cell: (one) => `${one.kept} of ${traces.length}` },
    ...ratio('/ bound', 0, (one) => one.overBound),
    ...ratio('/ rule', 1, (one) => one.overBestRule),
    ...(traces.length > 2 && standings.some((one) => one.overBestRuleAcrossTraces !== null)
      ? [
          {
            title: '95% traces',
            rank: 1,
            cell: (one: Standing) => intervalText(one.overBestRuleAcrossTraces),
          },
        ]
      : []),
    ...ratio('/ oracle', 1, (one) => one.overOracle),
    ...(standings.some((one) => one.overBoundAtAttainment !== null)
      ? [
          {
            title: `/ bound at ${formatPromise(slo.attainment)}`,
            rank: 0,
            cell: (one: Standing) => formatRatio(one.overBoundAtAttainment),
          },
        ]
      : []),
    { title: 'worst trace', rank: 2, cell: (one) => formatAttainment(one.worstAttainment) },
    { title: 'worst hour', rank: 3, cell: (one) => formatAttainment(one.worstHour) },
    { title: 'minutes kept', rank: 4, cell: (one) => formatShare(one.promisedTimeShare) },
    { title: 'churn/d', rank: 3, cell: (one) => formatCount(one.churnPerDay) },
    { title: '$/M', rank: 4, cell: (one) => formatUsd(one.usdPerMillion) },
  ];
}

function intervalText(interval: Interval | null): string {
  return interval === null ? '-' : formatInterval(interval.low, interval.high, formatRatio);
}

/** What each policy costs on each trace, over the bound where it is known, else over the rule that all are held against. */
export function matrixTable(evaluation: Evaluation, paint: Colors, width: number): string {
  const { results, traces, slo, standings } = evaluation;
  const isBounded = results.every((one) => one.boundUsd !== null);
  const cell = (policy: string, trace: string) => {
    const one = results.find((result) => result.policy === policy && result.trace === trace);
    if (one === undefined) return '-';
    const over = isBounded ? one.usd / one.boundUsd! : (one.overBestRule?.value ?? null);
    const isMissed = Object.values(misses(one, slo)).includes(true);
    return `${over === null ? '-' : over.toFixed(2)}${isMissed ? '!' : ' '}`;
  };
  const columns: Column<Standing>[] = [
    { title: 'policy', rank: 0, isText: true, cell: (one) => shortName(one.policy) },
    ...traces.map((trace, index) => ({
      title: `${index + 1} `,
      rank: 0,
      cell: ({ policy }: Standing) => cell(policy, trace),
    })),
  ];
  const names = traces.map((trace, index) => `${index + 1} ${trace}`).join(', ');
  const title = `${paint.bold('Trace by trace')}: cost over ${isBounded ? 'the bound' : 'the rule'}, ! where a promise is missed`;
  return `${title}\n${plainTable(standings, columns, { paint, width })}\n${paint.dim(names)}`;
}
