import { referenceText } from '../evaluation/comparison.ts';
import {
  fewText,
  formatAttainment,
  formatCount,
  formatRatio,
  formatSeeds,
  formatShare,
  formatUsd,
} from '../evaluation/format.ts';
import type { Evaluation, Standing } from '../evaluation/json.ts';
import { misses } from '../evaluation/ranking.ts';
import { badge, type Column, type Heading, reportTable, swatch, withInterval } from './columns.ts';
import { escapeHtml } from './escape.ts';
import { intervalPlot } from './interval-plot.ts';

/** Every policy over all traces, with its interval: as a plot, as a table, and trace by trace. */
export function standingsSection(evaluation: Evaluation, colourOf: (policy: string) => string): string {
  const { standings, traces, seeds, priceRatio } = evaluation;
  if (traces.length < 2 || standings.length === 0) return '';
  const heading = (one: Standing) => headingOf(one, traces.length, colourOf);
  const rho = priceRatio === null ? '' : ` ρ ${priceRatio.toFixed(2)}.`;
  const few = fewText(traces.length, 'traces');
  const across = few === '' ? '' : ` Across traces: ${few}.`;
  const reference = referenceText(evaluation);
  const rule = reference === null ? '' : ` / rule: beside ${escapeHtml(reference)}.`;
  return `<section>
<h2>All ${traces.length} traces</h2>
<p class="note">Interquartile means over traces and ${formatSeeds(seeds.length)}${seeds.length === 1 ? '' : ', with the interval in which they lie in 95 of 100 resamples'}.${across}${rule}${rho}</p>
${intervalPlot(standings, traces.length, colourOf)}
${reportTable(standings, columnsOf(evaluation), heading, 'standings')}
<h3>Trace by trace</h3>
<p class="note">Cost over ${isBounded(evaluation) ? 'the bound' : 'the rule'}; red: a promise is missed; bold: the cheapest that keeps it without knowing the future.
${traces.map((trace, index) => `${index + 1}: ${escapeHtml(trace)}`).join('; ')}.</p>
${reportTable(standings, traceColumns(evaluation), heading, 'matrix')}
</section>`;
}

function columnsOf({ standings, traces }: Evaluation): Column<Standing>[] {
  const known = (of: (one: Standing) => unknown, column: Column<Standing>) =>
    standings.some((one) => of(one) !== null) ? [column] : [];
  return [
    {
      title: 'Kept',
      hint: 'Traces on which every promise is kept',
      cell: (one) => `${one.kept} of ${traces.length}`,
      isMissed: (one) => one.kept < traces.length,
    },
    ...known((one) => one.overBound, {
      title: '/ bound',
      hint: 'Cost over the least that any policy could have spent',
      cell: (one) => withInterval(one.overBound),
    }),
    ...known((one) => one.overBestRule, {
      title: '/ rule',
      hint: 'Cost over that of the rule that all are held against, trace by trace and seed by seed',
      cell: (one) => withInterval(one.overBestRule),
    }),
    ...known((one) => one.overBestRuleAcrossTraces, {
      title: '… across traces',
      hint: 'The same, with the interval of other traces like these',
      cell: (one) => withInterval(one.overBestRuleAcrossTraces),
    }),
    ...known((one) => one.overOracle, {
      title: '/ oracle',
      hint: 'Cost over the replayed optimum',
      cell: (one) => withInterval(one.overOracle),
    }),
    ...known((one) => one.overBoundAtAttainment, {
      title: '/ bound at the promise',
      hint: 'Cost over the bound where VMs and waits are turned until just the promised share is in time',
      cell: (one) => formatRatio(one.overBoundAtAttainment),
    }),
    {
      title: 'Worst trace',
      hint: 'Least share in time of a trace',
      cell: (one) => formatAttainment(one.worstAttainment),
    },
    { title: 'Worst hour', hint: 'Least share in time of an hour', cell: (one) => formatAttainment(one.worstHour) },
    {
      title: 'Minutes kept',
      hint: 'Share of minutes with the promise kept',
      cell: (one) => formatShare(one.promisedTimeShare),
    },
    { title: 'Churn/day', hint: 'VMs launched or told to go in a day', cell: (one) => formatCount(one.churnPerDay) },
    { title: '$/M', hint: 'Dollars per million requests', cell: (one) => formatUsd(one.usdPerMillion) },
  ];
}

function isBounded({ results }: Evaluation): boolean {
  return results.every((one) => one.boundUsd !== null);
}

function traceColumns(evaluation: Evaluation): Column<Standing>[] {
  const { traces, results, slo } = evaluation;
  const bounded = isBounded(evaluation);
  return traces.map((trace, index) => {
    const ofTrace = results.filter((one) => one.trace === trace);
    const isBroken = (policy: string) => {
      const one = ofTrace.find((result) => result.policy === policy);
      return one !== undefined && Object.values(misses(one, slo)).includes(true);
    };
    const rivals = ofTrace.filter((one) => one.kind !== 'clairvoyant' && !isBroken(one.policy));
    const least = Math.min(...rivals.map((one) => one.usd));
    return {
      title: String(index + 1),
      hint: trace,
      isMissed: ({ policy }) => isBroken(policy),
      cell: ({ policy }) => {
        const one = ofTrace.find((result) => result.policy === policy);
        if (one === undefined) return '-';
        const over = bounded ? one.usd / one.boundUsd! : (one.overBestRule?.value ?? null);
        const text = formatRatio(over);
        return rivals.includes(one) && one.usd === least ? `<b>${text}</b>` : text;
      },
    };
  });
}

function headingOf(one: Standing, traces: number, colourOf: (policy: string) => string): Heading {
  const mark = one.kind === 'clairvoyant' ? badge('yardstick', 'knows the future') : '';
  return {
    text: `${swatch(colourOf(one.policy))}${escapeHtml(one.policy)}${mark}`,
    attributes: '',
    rowClass: one.kept < traces ? 'misses' : '',
  };
}
