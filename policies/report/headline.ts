import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import {
  fewText,
  formatAttainment,
  formatDuration,
  formatInterval,
  formatMs,
  formatRatio,
  formatShare,
  formatUsd,
} from '../evaluation/format.ts';
import type { Evaluation } from '../evaluation/json.ts';
import { nobodyText, ranking } from '../evaluation/ranking.ts';
import { escapeHtml } from './escape.ts';

/** More traces than these are folded. */
const mostVerdicts = 4;

/** What was judged, how, and in one sentence per trace what came of it. */
export function headline(
  evaluation: Evaluation,
  profile: ServiceProfile,
  prices: PriceBook,
  notes: readonly string[],
): string {
  const facts = factsOf(evaluation, profile, prices)
    .map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`)
    .join('\n');
  const { traces } = evaluation;
  const verdicts = `<ul class="verdicts">${traces.map((trace) => `<li>${verdict(evaluation, trace)}</li>`).join('\n')}</ul>`;
  const each =
    traces.length > mostVerdicts ? `<details><summary>Trace by trace</summary>${verdicts}</details>` : verdicts;
  return `<header>
<p class="kicker">Spillway evaluation</p>
<h1>${escapeHtml(evaluation.service)}</h1>
${traces.length > 1 ? summary(evaluation) : ''}
${each}
<dl class="facts">${facts}</dl>
${notes.map((note) => `<p class="note">Note: ${escapeHtml(note)}</p>`).join('\n')}
</header>`;
}

function factsOf(evaluation: Evaluation, profile: ServiceProfile, prices: PriceBook): [string, string][] {
  const { seeds, traces, traceSeconds } = evaluation;
  const few = fewText(seeds.length, 'seeds');
  const deadlines = profile.slo.classes.map(
    ({ name, deadlineMs, share }) => `${name} ${formatMs(deadlineMs)} (${formatShare(share)} of requests)`,
  );
  return [
    [
      'Promise',
      `${formatAttainment(evaluation.slo.attainment)} in time, mean accuracy at least ${formatShare(evaluation.slo.accuracyFloor)}`,
    ],
    ['Deadlines', deadlines.join(', ')],
    [
      'Traces',
      traces.length > mostVerdicts
        ? `${traces.length}, ${formatDuration(traceSeconds.reduce((sum, one) => sum + one, 0))} in all`
        : traces.map((trace, index) => `${trace} (${formatDuration(traceSeconds[index]!)})`).join(', '),
    ],
    ['Seeds', `${seeds.length} (${seeds.join(', ')})${few === '' ? '' : `; a 95% interval: ${few}`}`],
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

/** The cheapest that keeps the promise and could be run. */
function verdict(evaluation: Evaluation, trace: string): string {
  const ranked = ranking(evaluation, trace);
  const best = ranked.find((one) => one.isBest);
  const on = `On ${escapeHtml(trace)}:`;
  if (ranked.length === 0) return `${on} nothing was run.`;
  if (best === undefined) return `${on} ${nobodyText(ranked)}.`;
  const keeping = ranked.filter((one) => !one.missesAttainment && !one.missesAccuracy && one !== best);
  const next = keeping.find((one) => one.kind !== 'clairvoyant');
  const lead =
    next === undefined
      ? 'the only one that keeps the promise'
      : best.usd === next.usd
        ? `and so is ${escapeHtml(next.policy)}`
        : `${formatShare(1 - best.usd / next.usd)} below ${escapeHtml(next.policy)}, the next that keeps the promise`;
  const { all } = best.attainment;
  const kept = all === null ? 'where nothing was finished' : `with ${formatAttainment(all)} in time`;
  const floor =
    best.regret === null ? '' : `; nothing could have cost less than $${formatUsd(best.usd / (1 + best.regret))}`;
  return `${on} <b>${escapeHtml(best.policy)}</b> is cheapest at $${formatUsd(best.usd)}, ${kept}, ${lead}${floor}.`;
}

/** Over several traces: who keeps the promise on all of them for the least. */
function summary({ standings, traces, seeds, bestRule }: Evaluation): string {
  const rivals = standings.filter((one) => one.kind !== 'clairvoyant' && one.kept === traces.length);
  const over = (one: (typeof standings)[number]) => one.overBound ?? one.overBestRule;
  const known = rivals.filter((one) => over(one) !== null).sort((a, b) => over(a)!.value - over(b)!.value);
  const [best, next] = known;
  if (best === undefined)
    return `<p class="summary">No policy that can be run keeps the promise on every one of ${traces.length} traces.</p>`;
  const what = best.overBound === null ? escapeHtml(bestRule ?? '') : 'the bound';
  const interval = (one: typeof best) =>
    seeds.length === 1 ? '' : ` (${formatInterval(over(one)!.low, over(one)!.high, formatRatio)} over the seeds)`;
  const text = (one: typeof best) => `${formatRatio(over(one)!.value)} times ${what}${interval(one)}`;
  const where = `on every one of ${traces.length} traces`;
  const name = `<b>${escapeHtml(best.policy)}</b>`;
  if (rivals.length === 1)
    return `<p class="summary">Only ${name} keeps the promise ${where}: it costs ${text(best)}.</p>`;
  const behind = next === undefined ? '' : `; next is ${escapeHtml(next.policy)} with ${text(next)}`;
  return `<p class="summary">Of the ${rivals.length} that keep the promise ${where}, ${name} costs the least: ${text(best)}${behind}.</p>`;
}
