import { formatRatio } from '../evaluation/format.ts';
import type { Standing } from '../evaluation/json.ts';
import { shortLabel } from './cost-bars.ts';
import { escapeHtml } from './escape.ts';
import { niceTicks } from './nice-ticks.ts';

const width = 720;
const rowHeight = 24;
const top = 8;
const frame = { left: 190, right: 640 };

/** Cost over the bound, or over the rule that all are held against where there is none: a point for each policy, and a bar as long as its interval. */
export function intervalPlot(
  standings: readonly Standing[],
  traces: number,
  colourOf: (policy: string) => string,
): string {
  const hasBound = standings.every((one) => one.overBound !== null);
  const intervalOf = (one: Standing) => (hasBound ? one.overBound : one.overBestRule);
  const shown = standings.filter((one) => intervalOf(one) !== null);
  if (shown.length === 0) return '';
  const intervals = shown.map((one) => intervalOf(one)!);
  const from = Math.min(1, ...intervals.map((one) => one.low));
  const to = Math.max(...intervals.map((one) => one.high), from + 0.01);
  const x = (value: number) => (frame.left + ((value - from) / (to - from)) * (frame.right - frame.left)).toFixed(1);
  const bottom = top + rowHeight * shown.length;
  const ticks = niceTicks(from, to, 6).map(
    (tick) =>
      `<line x1="${x(tick)}" x2="${x(tick)}" y1="${top}" y2="${bottom}" class="grid"/>` +
      `<text x="${x(tick)}" y="${bottom + 14}" class="label middle">${tick.toFixed(2)}</text>`,
  );
  const rows = shown.map((one, row) => {
    const { value, low, high } = intervalOf(one)!;
    const y = top + rowHeight * (row + 0.5);
    const isBroken = one.kept < traces;
    const colour = colourOf(one.policy);
    const text = `${one.policy}: ${formatRatio(value)} (${formatRatio(low)} to ${formatRatio(high)})`;
    return (
      `<g${isBroken ? ' class="misses"' : ''}><title>${escapeHtml(text)}</title>` +
      `<text x="${frame.left - 10}" y="${y}" class="label end">${escapeHtml(shortLabel(one.policy))}${isBroken ? ' !' : ''}</text>` +
      `<line x1="${x(low)}" x2="${x(high)}" y1="${y}" y2="${y}" style="stroke:${colour}" class="whisker"/>` +
      `<ellipse cx="${x(value)}" cy="${y}" rx="5" ry="5" class="dot" style="fill:${isBroken ? 'var(--page)' : colour};stroke:${colour}"/>` +
      `<text x="${width - 60}" y="${y}" class="label">${formatRatio(value)}</text></g>`
    );
  });
  const what = hasBound ? 'Cost over the bound' : 'Cost over the rule';
  return `<figure class="intervals"><figcaption>${what} <span class="key">interquartile mean and 95% interval; hollow and !: misses a promise on some trace</span></figcaption>
<svg viewBox="0 0 ${width} ${bottom + 24}" role="img" aria-label="${what} of each policy">${ticks.join('')}${rows.join('\n')}</svg></figure>`;
}
