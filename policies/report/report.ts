import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { referenceText } from '../evaluation/comparison.ts';
import { formatDuration, formatRequests } from '../evaluation/format.ts';
import type { Evaluation } from '../evaluation/json.ts';
import type { Trial } from '../evaluation/matrix.ts';
import { ranking } from '../evaluation/ranking.ts';
import type { ReportAssets } from './assets.ts';
import { costBars } from './cost-bars.ts';
import { escapeHtml, escapeJson, escapeScript } from './escape.ts';
import { headline } from './headline.ts';
import { htmlPage } from './html-page.ts';
import { pageData, policyNames } from './page-data.ts';
import { parametersSection } from './parameters-section.ts';
import { paretoPlot } from './pareto.ts';
import { rankingTable } from './ranking-section.ts';
import { standingsSection } from './standings-section.ts';

export interface Report {
  readonly evaluation: Evaluation;
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly trials: readonly Trial[];
  /** What whoever reads the results should know; absent: nothing. */
  readonly notes?: readonly string[];
}

/** Colours of the page's style that tell policies apart; beyond them they repeat. */
const distinctColours = 8;

/** The CSS colour of a policy, the same all over the page. */
function colours(evaluation: Evaluation): (policy: string) => string {
  const names = policyNames(evaluation);
  return (policy) => `var(--policy-${names.indexOf(policy) % distinctColours})`;
}

/** One HTML file that carries its data, its style and its scripts, and asks the network for nothing. */
export function reportPage(report: Report, assets: ReportAssets): string {
  const { evaluation, profile, prices, trials, notes = [] } = report;
  const colourOf = colours(evaluation);
  const sections = evaluation.traces.map((_, index) => traceSection(evaluation, index, colourOf)).join('\n');
  const body = `${headline(evaluation, profile, prices, notes)}
${standingsSection(evaluation, colourOf)}
${sections}
${timelineSection(trials)}
${parametersSection(evaluation)}
<script type="application/json" id="data">${escapeJson(pageData(evaluation, profile, prices, trials))}</script>
<script>
${escapeScript(assets.script)}
</script>`;
  const allows = ["script-src 'unsafe-inline'", 'img-src data:'];
  return htmlPage({ title: `${evaluation.service}: Spillway evaluation`, styles: assets.styles, body, allows });
}

function traceSection(evaluation: Evaluation, index: number, colourOf: (policy: string) => string): string {
  const { traces, traceSeconds, slo } = evaluation;
  const trace = traces[index]!;
  const ranked = ranking(evaluation, trace);
  const reference = referenceText(evaluation);
  const rule = reference === null ? '' : ` / rule: beside ${escapeHtml(reference)}.`;
  return `<section>
<h2>${escapeHtml(trace)}</h2>
<p class="note">${formatDuration(traceSeconds[index]!)} judged, ${formatRequests(ranked[0]?.requests ?? null)} with each seed${circumstances(evaluation, index)}.
Policies that keep the promise come first, the cheapest at the top.${rule}</p>
${rankingTable(ranked, slo.attainment, colourOf)}
<div class="pair">
${costBars(ranked)}
${paretoPlot(ranked, slo.attainment, colourOf)}
</div>
<figure><figcaption>Latency of the answered requests <span class="key">share that took no longer; deadlines dashed; lost requests are not in it</span></figcaption>
<div class="chart" data-latency="${index}"></div></figure>
</section>`;
}

/** How the trace was scaled, and what Lambda costs beside a VM. */
function circumstances({ scales, fleets, priceRatio }: Evaluation, index: number): string {
  const fleet = fleets[index] ?? null;
  const scale = scales[index] ?? 1;
  const scaled = scale === 1 ? '' : `, counts × ${Number(scale.toPrecision(4))}`;
  const busy = fleet === null ? '' : ` (${fleet} VMs busy in the mean)`;
  return `${scaled}${busy}${priceRatio === null ? '' : `, ρ ${priceRatio.toFixed(2)}`}`;
}

function timelineSection(trials: readonly Trial[]): string {
  if (trials.every((trial) => trial.timeline === null)) return '';
  const sides = ['left', 'right'].map(
    (side) => `<div class="side" data-side="${side}">
<label class="choice">Policy <select class="policy"></select></label>
<div class="charts"></div>
<p class="reason" aria-live="polite"></p>
<div class="decisions"></div>
</div>`,
  );
  return `<section class="timelines">
<h2>Over time</h2>
<p class="note">Two policies side by side, first seed. Drag across a chart to zoom all of them, double-click to see everything again;
click a decision to find it in the charts. <span class="resolution"></span></p>
<label class="choice">Trace <select class="trace"></select></label>
<div class="pair sides">${sides.join('\n')}</div>
</section>`;
}
