import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { formatAttainment, formatDuration, formatMs, formatShare, formatUsd } from '../evaluation/format.ts';
import type { Evaluation } from '../evaluation/json.ts';
import { ranking } from '../evaluation/ranking.ts';
import { escapeHtml } from './escape.ts';

/** What was judged, how, and in one sentence per trace what came of it. */
export function headline(evaluation: Evaluation, profile: ServiceProfile, prices: PriceBook): string {
  const facts = factsOf(evaluation, profile, prices)
    .map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`)
    .join('\n');
  const verdicts = evaluation.traces.map((trace) => `<li>${verdict(evaluation, trace)}</li>`).join('\n');
  return `<header>
<p class="kicker">Spillway evaluation</p>
<h1>${escapeHtml(evaluation.service)}</h1>
<ul class="verdicts">${verdicts}</ul>
<dl class="facts">${facts}</dl>
</header>`;
}

function factsOf(evaluation: Evaluation, profile: ServiceProfile, prices: PriceBook): [string, string][] {
  const { seeds, traces, traceSeconds } = evaluation;
  const deadlines = profile.slo.classes.map(
    ({ name, deadlineMs, share }) => `${name} ${formatMs(deadlineMs)} (${formatShare(share)} of requests)`,
  );
  return [
    [
      'Promise',
      `${formatAttainment(evaluation.slo.attainment)} in time, mean accuracy at least ${formatShare(evaluation.slo.accuracyFloor)}`,
    ],
    ['Deadlines', deadlines.join(', ')],
    ['Traces', traces.map((trace, index) => `${trace} (${formatDuration(traceSeconds[index]!)})`).join(', ')],
    ['Seeds', `${seeds.length} (${seeds.join(', ')})`],
    [
      'Simulator',
      `${evaluation.fidelity}, a decision every ${formatDuration(profile.decisionSeconds)}, router ${profile.router}`,
    ],
    [
      'Warm-up',
      evaluation.warmUpSeconds > 0 ? `first ${formatDuration(evaluation.warmUpSeconds)} simulated, not judged` : 'none',
    ],
    ['Prices', `${prices.date}, ${prices.region}`],
    [
      'Price ratio ρ',
      evaluation.priceRatio === null
        ? 'not known'
        : `${evaluation.priceRatio.toFixed(2)}: a unit of work on Lambda over the same on a full VM`,
    ],
    ['Version', evaluation.version],
  ];
}

function verdict(evaluation: Evaluation, trace: string): string {
  const ranked = ranking(evaluation, trace);
  const best = ranked[0];
  const on = `On ${escapeHtml(trace)}:`;
  if (best === undefined) return `${on} nothing was run.`;
  if (!best.isBest) return `${on} no policy keeps the promise.`;
  const next = ranked.find((one) => !one.isBest && !one.missesAttainment && !one.missesAccuracy);
  const lead =
    next === undefined
      ? 'the only one that keeps the promise'
      : `${formatShare(1 - best.usd / next.usd)} below ${escapeHtml(next.policy)}, the next that keeps the promise`;
  return (
    `${on} <b>${escapeHtml(best.policy)}</b> is cheapest at $${formatUsd(best.usd)} with ` +
    `${formatAttainment(best.attainment.all)} in time, ${lead}.`
  );
}
