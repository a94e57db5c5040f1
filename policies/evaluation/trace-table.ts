import {
  formatAttainment,
  formatCount,
  formatDuration,
  formatInterval,
  formatMs,
  formatRatio,
  formatRequests,
  formatSeeds,
  formatShare,
  formatUsd,
  shortName,
} from './format.ts';
import type { Evaluation } from './json.ts';
import { type Colors, type Column, plainTable } from './plain-table.ts';
import { type Ranked, ranking } from './ranking.ts';

/** The results on one trace, best first, under a line that says what was run. */
export function traceTable(evaluation: Evaluation, index: number, paint: Colors, width: number): string {
  const ranked = ranking(evaluation, evaluation.traces[index]!);
  const columns = columnsOf(evaluation, ranked, paint);
  const painted = columns.map((column) => ({
    ...column,
    cell: (one: Ranked) => (one.isBest ? paint.green(paint.bold(column.cell(one))) : column.cell(one)),
  }));
  return `${caption(evaluation, index, ranked, paint)}\n${plainTable(ranked, painted, { paint, width })}`;
}

function caption(evaluation: Evaluation, index: number, ranked: readonly Ranked[], paint: Colors): string {
  const { seeds, fidelity, priceRatio } = evaluation;
  const fleet = evaluation.fleets[index]!;
  const scale = evaluation.scales[index]!;
  const parts = [
    formatDuration(evaluation.traceSeconds[index]!),
    formatRequests(ranked[0]?.requests ?? null),
    ...(scale === 1 ? [] : [`counts x ${scale}${fleet === null ? '' : ` (${fleet} VMs busy in the mean)`}`]),
    formatSeeds(seeds.length),
    fidelity,
    ...(priceRatio === null ? [] : [`rho ${priceRatio.toFixed(2)}`]),
  ];
  return `${paint.bold(`${evaluation.service} on ${evaluation.traces[index]}`)}: ${parts.join(', ')}`;
}

function columnsOf(evaluation: Evaluation, ranked: readonly Ranked[], paint: Colors): Column<Ranked>[] {
  const classes = Object.keys(ranked[0]?.attainment ?? {}).filter((name) => name !== 'all');
  const has = (value: (one: Ranked) => unknown) => ranked.some((one) => value(one) !== null);
  const only = (isThere: boolean, column: Column<Ranked>) => (isThere ? [column] : []);
  const promised = formatPromise(evaluation.slo.attainment);
  return [
    { title: '', rank: 0, isText: true, cell: mark },
    { title: 'policy', rank: 0, isText: true, cell: (one) => shortName(one.policy) },
    { title: '$', rank: 0, cell: (one) => formatUsd(one.usd) },
    ...only(evaluation.seeds.length > 1, {
      title: '95%',
      rank: 3,
      cell: ({ usdInterval: { low, high } }) => formatInterval(low, high, formatUsd),
    }),
    { title: '$/M', rank: 5, cell: (one) => formatUsd(one.usdPerMillion) },
    ...only(ranked.length > 1 && has((one) => one.overBestRule), {
      title: '/ rule',
      rank: 1,
      cell: (one) => formatRatio(one.overBestRule?.value ?? null),
    }),
    ...only(
      has((one) => one.usdAtAttainment),
      {
        title: `$ at ${promised}`,
        rank: 0,
        cell: (one) => formatUsd(one.usdAtAttainment),
      },
    ),
    {
      title: 'in time',
      rank: 0,
      cell: (one) => alarm(formatAttainment(one.attainment.all), one.missesAttainment, paint),
    },
    ...classes.map((name) => ({
      title: name,
      rank: 4,
      cell: (one: Ranked) => formatAttainment(one.attainment[name] ?? null),
    })),
    { title: 'worst hour', rank: 2, cell: (one) => formatAttainment(one.worstHour) },
    { title: 'minutes kept', rank: 6, cell: (one) => formatShare(one.promisedTimeShare) },
    { title: 'accuracy', rank: 5, cell: (one) => alarm(formatShare(one.accuracy), one.missesAccuracy, paint) },
    { title: 'p99', rank: 3, cell: (one) => formatMs(one.p99Ms) },
    { title: 'spilled', rank: 2, cell: (one) => formatShare(one.spilledShare) },
    { title: 'churn/d', rank: 2, cell: (one) => formatCount(one.churnPerDay) },
    ...only(
      ranked.some((one) => one.interruptions > 0),
      {
        title: 'interrupted',
        rank: 3,
        cell: (one) => formatCount(one.interruptions),
      },
    ),
    ...only(
      has((one) => one.regret),
      { title: 'regret', rank: 0, cell: (one) => formatShare(one.regret) },
    ),
    ...only(
      has((one) => one.oracleRegret),
      {
        title: 'to oracle',
        rank: 1,
        cell: (one) => formatShare(one.oracleRegret),
      },
    ),
  ];
}

/** Without the digits that say nothing: 99%, 99.9%. */
export function formatPromise(attainment: number): string {
  return `${Number((100 * attainment).toFixed(3))}%`;
}

function mark(one: Ranked): string {
  if (one.isBest) return '*';
  const clairvoyant = one.kind === 'clairvoyant' ? '°' : '';
  return `${clairvoyant}${one.missesAttainment ? '!' : ''}${one.missesAccuracy ? '~' : ''}`;
}

function alarm(text: string, isMissed: boolean, paint: Colors): string {
  return isMissed ? paint.red(text) : text;
}
