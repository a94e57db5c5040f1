import { formatAttainment, formatCount, formatMs, formatShare, formatUsd } from '../evaluation/format.ts';
import type { Ranked } from '../evaluation/ranking.ts';
import { badge, type Column, type Heading, reportTable, swatch, withInterval } from './columns.ts';
import { escapeHtml } from './escape.ts';

/** The results of one trace, best first. `colourOf` answers the CSS colour of a policy. */
export function rankingTable(
  ranked: readonly Ranked[],
  promised: number,
  colourOf: (policy: string) => string,
): string {
  return reportTable(ranked, columnsOf(ranked, promised), (one) => headingOf(one, colourOf), 'ranking');
}

function columnsOf(ranked: readonly Ranked[], promised: number): Column<Ranked>[] {
  const classes = Object.keys(ranked[0]?.attainment ?? {}).filter((name) => name !== 'all');
  return [
    ...costColumns(ranked, promised),
    {
      title: 'In time',
      hint: 'Share of all requests answered within their deadline',
      cell: (one) => formatAttainment(one.attainment.all),
      isMissed: (one) => one.missesAttainment,
    },
    ...classes.map((name) => ({
      title: name,
      hint: `Share in time of the class ${name}`,
      cell: (one: Ranked) => formatAttainment(one.attainment[name] ?? null),
    })),
    { title: 'Worst hour', hint: 'Least share in time of an hour', cell: (one) => formatAttainment(one.worstHour) },
    {
      title: 'Minutes kept',
      hint: 'Share of the minutes in which the promise was kept',
      cell: (one) => formatShare(one.promisedTimeShare),
    },
    {
      title: 'Accuracy',
      hint: 'Mean accuracy of the answers',
      cell: (one) => formatShare(one.accuracy),
      isMissed: (one) => one.missesAccuracy,
    },
    { title: 'p99', hint: '99th percentile of the latency', cell: (one) => formatMs(one.p99Ms) },
    { title: 'Spilled', hint: 'Share of requests sent to Lambda', cell: (one) => formatShare(one.spilledShare) },
    { title: 'Lost', hint: 'Requests given up, refused or throttled', cell: (one) => formatCount(one.lost) },
    { title: 'Cold starts', hint: 'Lambda environments started', cell: (one) => formatCount(one.coldStarts) },
    { title: 'Churn/day', hint: 'VMs launched or told to go in a day', cell: (one) => formatCount(one.churnPerDay) },
    ...(ranked.some((one) => one.interruptions > 0)
      ? [
          {
            title: 'Interrupted',
            hint: 'Spot VMs that were taken back',
            cell: (one: Ranked) => formatCount(one.interruptions),
          },
        ]
      : []),
    { title: 'VM hours', hint: 'VM time billed', cell: (one) => formatCount(one.vmHours) },
  ];
}

function costColumns(ranked: readonly Ranked[], promised: number): Column<Ranked>[] {
  const known = (of: (one: Ranked) => unknown, columns: Column<Ranked>[]) =>
    ranked.some((one) => of(one) !== null) ? columns : [];
  return [
    {
      title: '$',
      hint: 'Dollars for the judged time, mean over the seeds; below, where the interquartile mean lies in 95 of 100 resamples of the seeds',
      cell: dollars,
    },
    { title: '$/M', hint: 'Dollars per million requests', cell: (one) => formatUsd(one.usdPerMillion) },
    ...known(
      (one) => one.regret,
      [
        {
          title: 'Regret',
          hint: 'Cost above the bound, the least that any policy could have spent',
          cell: (one) => formatShare(one.regret),
        },
      ],
    ),
    ...known(
      (one) => one.oracleRegret,
      [{ title: 'To oracle', hint: 'Cost above the replayed optimum', cell: (one) => formatShare(one.oracleRegret) }],
    ),
    ...known(
      (one) => one.overBestRule,
      [
        {
          title: '/ rule',
          hint: 'Cost over that of the rule that all are held against, seed by seed, with its interval',
          cell: (one) => withInterval(one.overBestRule),
        },
      ],
    ),
    ...known(
      (one) => one.usdAtAttainment,
      [
        {
          title: `$ at ${Number((100 * promised).toFixed(4))}%`,
          hint: 'Cost where its VMs and waits are turned until just the promised share is in time; - where that never happens',
          cell: (one) => formatUsd(one.usdAtAttainment),
        },
      ],
    ),
  ];
}

function dollars(one: Ranked): string {
  const total = formatUsd(one.usd);
  const { low, high } = one.usdInterval;
  return low === high ? total : `${total}<small>${formatUsd(low)}–${formatUsd(high)}</small>`;
}

function headingOf(one: Ranked, colourOf: (policy: string) => string): Heading {
  const isBroken = one.missesAttainment || one.missesAccuracy;
  return {
    text: `${swatch(colourOf(one.policy))}${escapeHtml(one.policy)}${badgeOf(one)}`,
    attributes: ` data-policy="${escapeHtml(one.policy)}" data-kind="${one.kind}"`,
    rowClass: one.isBest ? 'best' : isBroken ? 'misses' : '',
  };
}

function badgeOf(one: Ranked): string {
  const yardstick = one.kind === 'clairvoyant' ? badge('yardstick', 'knows the future') : '';
  if (one.isBest) return badge('best', 'cheapest', 'cheapest that keeps the promise');
  if (one.missesAttainment && one.missesAccuracy) return yardstick + badge('miss', 'misses promise and accuracy floor');
  if (one.missesAttainment) return yardstick + badge('miss', 'misses the promise');
  return one.missesAccuracy ? yardstick + badge('miss', 'misses the accuracy floor') : yardstick;
}
