import type { ServiceProfile } from '../../env/types.ts';
import { formatAttainment, formatMs, formatShare, formatUsd } from '../evaluation/format.ts';
import { escapeHtml } from '../report/escape.ts';
import { htmlPage } from '../report/html-page.ts';
import { niceTicks } from '../report/nice-ticks.ts';
import { configurationText, type Kind, kindOf, kinds } from './configuration.ts';
import type { Plan } from './plan.ts';
import type { Candidate } from './search.ts';

const width = 820;
const height = 440;
const frame = { left: 72, right: 800, top: 16, bottom: 392 };
const colours: Readonly<Record<Kind, string>> = {
  VMs: 'var(--kind-vm)',
  Lambda: 'var(--kind-compute)',
  'VMs and Lambda': 'var(--kind-requests)',
};

/** One HTML file with the design space: cost against latency, and the table. `styles` are those of the evaluation's report. */
export function planPage(profile: ServiceProfile, load: string, plan: Plan, styles: string): string {
  const title = `${profile.name} at ${load}: design space`;
  const body = `<h1>${escapeHtml(title)}</h1>
<p class="note">Fixed configurations that keep the promise of ${formatAttainment(profile.slo.attainment)} in time and an accuracy of at least
${formatShare(profile.accuracyFloor)}, by formulas of queueing theory. The line is the front of dollars and latency; numbered are those that no other beats in
dollars, latency and accuracy at once.</p>
${scatter(profile, plan)}
${table(profile, plan)}`;
  return htmlPage({ title, styles, body });
}

interface Scale {
  readonly ticks: readonly number[];
  readonly place: (value: number) => number;
}

function scatter(profile: ServiceProfile, plan: Plan): string {
  const good = plan.candidates.filter((one) => one.keepsPromise && Number.isFinite(one.p95Ms));
  if (good.length === 0) return '<p>No configuration keeps the promise.</p>';
  const x = logScale(
    good.map((one) => one.usdPerHour),
    frame.left,
    frame.right,
  );
  const y = logScale(
    good.map((one) => one.p95Ms),
    frame.bottom,
    frame.top,
  );
  const front = plan.front.filter((one) => Number.isFinite(one.p95Ms));
  const line = flatFront(front)
    .map((one) => `${x.place(one.usdPerHour)},${y.place(one.p95Ms)}`)
    .join(' ');
  const keys = kinds.map((kind) => `<tspan style="fill:${colours[kind]}">● ${kind}</tspan>`).join('&#160;&#160;');
  return `<figure><figcaption>Dollars per hour and latency (p95)</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Dollars per hour against latency of the configurations">
${x.ticks.map((tick) => `<line x1="${x.place(tick)}" x2="${x.place(tick)}" y1="${frame.top}" y2="${frame.bottom}" class="grid"/><text x="${x.place(tick)}" y="${frame.bottom + 16}" class="label middle">$${Number(tick.toPrecision(3))}</text>`).join('\n')}
${y.ticks.map((tick) => `<line x1="${frame.left}" x2="${frame.right}" y1="${y.place(tick)}" y2="${y.place(tick)}" class="grid"/><text x="${frame.left - 8}" y="${y.place(tick)}" class="label end">${formatMs(tick)}</text>`).join('\n')}
<polyline points="${line}" class="frontier"/>
${inFront(good, front)
  .map((one) => dot(profile, one, x, y))
  .join('\n')}
${front.map((one) => `<text x="${x.place(one.usdPerHour) + 8}" y="${y.place(one.p95Ms) - 9}" class="label">${plan.front.indexOf(one) + 1}</text>`).join('\n')}
<text x="${(frame.left + frame.right) / 2}" y="${height - 10}" class="label middle">${keys}</text>
</svg></figure>`;
}

/** Drawn later is drawn above: nothing hides a dot of the front, or the simpler of two that cost the same. */
function inFront(all: readonly Candidate[], front: readonly Candidate[]): Candidate[] {
  return [...all.filter((one) => !front.includes(one)).reverse(), ...front];
}

/** Of the front those that are quicker than all cheaper ones, whatever their accuracy. */
function flatFront(front: readonly Candidate[]): Candidate[] {
  return front.filter((one, index) => front.slice(0, index).every((cheaper) => one.p95Ms < cheaper.p95Ms));
}

function dot(profile: ServiceProfile, one: Candidate, x: Scale, y: Scale): string {
  const hint = `${configurationText(profile, one.configuration)}: $${formatUsd(one.usdPerHour)}/h, p95 ${formatMs(one.p95Ms)}, ${formatAttainment(one.attainment)} in time`;
  return `<circle cx="${x.place(one.usdPerHour)}" cy="${y.place(one.p95Ms)}" r="5" class="dot" style="fill:${colours[kindOf(one.configuration)]}"><title>${escapeHtml(hint)}</title></circle>`;
}

function logScale(values: readonly number[], from: number, to: number): Scale {
  const low = Math.log10(Math.min(...values)) - 0.05;
  const high = Math.log10(Math.max(...values)) + 0.05;
  const coarse = decadeTicks(low, high);
  const ticks = coarse.length < 3 ? niceTicks(10 ** low, 10 ** high, 4) : coarse; // one alone tells no scale
  const place = (value: number) =>
    Math.round(10 * (from + ((Math.log10(value) - low) / (high - low)) * (to - from))) / 10;
  return { ticks, place };
}

/** 1, 2 and 5 in every decade between two powers of ten. */
function decadeTicks(low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let decade = Math.floor(low); decade <= high; decade++) {
    ticks.push(...[1, 2, 5].map((multiple) => multiple * 10 ** decade));
  }
  return ticks.filter((tick) => Math.log10(tick) >= low && Math.log10(tick) <= high);
}

/** The front with its numbers, then the cheapest of each kind that are not on it. */
function table(profile: ServiceProfile, plan: Plan): string {
  const others = plan.best.filter((one) => !plan.front.includes(one));
  const rows = [...plan.front, ...others].map((one, index) => {
    const cells = [
      index < plan.front.length ? String(index + 1) : '',
      formatUsd(one.usdPerHour),
      formatAttainment(one.attainment),
      Number.isFinite(one.p95Ms) ? formatMs(one.p95Ms) : 'never',
      formatShare(one.accuracy),
    ];
    const name = `${configurationText(profile, one.configuration)}${one.keepsPromise ? '' : ' (misses the promise)'}`;
    return `<tr><td style="text-align:left">${escapeHtml(name)}</td>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const header = ['front', '$/h', 'in time', 'p95', 'accuracy'].map((title) => `<th>${title}</th>`).join('');
  return `<div class="scroll"><table><thead><tr><th style="text-align:left">configuration</th>${header}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
}
