import { formatAttainment, formatUsd } from '../evaluation/format.ts';
import type { Ranked } from '../evaluation/ranking.ts';
import { shortLabel } from './cost-bars.ts';
import { escapeHtml } from './escape.ts';
import { niceTicks } from './nice-ticks.ts';

const width = 640;
const height = 360;
const frame = { left: 64, right: 620, top: 16, bottom: 312 };

interface Point {
  readonly one: Ranked;
  readonly x: number;
  readonly y: number;
}

interface Scale {
  readonly ticks: readonly number[];
  readonly place: (value: number) => number;
  /** Whether the value lies within the frame. */
  readonly holds: (value: number) => boolean;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Cost against the share in time. The upright axis counts nines (-log10 of the missed share), so that 99 % and 99.9 % lie apart.
 * Filled points keep the promise, hollow ones miss it; the line joins those that no other beats in both.
 */
export function paretoPlot(ranked: readonly Ranked[], promised: number, colourOf: (policy: string) => string): string {
  const judged = ranked.filter((one) => one.attainment.all !== null);
  const y = attainmentScale(judged, promised);
  const x = costScale(judged);
  const points = judged.map((one) => ({ one, x: x.place(one.usd), y: y.place(one.attainment.all!) }));
  const dots = points.map(({ x, y }) => ({ left: x - 7, right: x + 7, top: y - 7, bottom: y + 7 }));
  const promiseText = `promised ${formatAttainment(promised)}`;
  const promise = promiseBox(promiseText, y.place(promised), dots);
  return `<figure><figcaption>Cost and share in time <span class="key">filled: keeps the promise; hollow: misses it${judged.some((one) => one.curve.length > 1) ? '; thin lines: with fewer or more VMs and longer or shorter waits' : ''}</span></figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Cost against share of requests in time">
${x.ticks.map(verticalTick(x.place)).join('')}${y.ticks.map(horizontalTick(y.place)).join('')}
<line x1="${frame.left}" x2="${frame.right}" y1="${y.place(promised)}" y2="${y.place(promised)}" class="promise"/>
${judged.map((one) => curve(one, x, y, colourOf(one.policy))).join('\n')}
${labelAt(promise, promiseText, 'label promise-label')}
<polyline points="${frontier(points)
    .map((one) => `${one.x},${one.y}`)
    .join(' ')}" class="frontier"/>
${points.map((point) => dot(point, colourOf)).join('\n')}
${labels(points, [...dots, promise])}
<text x="${(frame.left + frame.right) / 2}" y="${height - 8}" class="label middle">dollars for the judged time</text>
</svg></figure>`;
}

/** What a policy costs where its VMs and waits are turned, as far as it lies in the frame: a thin line through those that nothing beats. */
function curve(one: Ranked, x: Scale, y: Scale, colour: string): string {
  let highest = -1;
  const points = one.curve
    .filter(({ usd, attainment }) => attainment !== null && x.holds(usd) && y.holds(attainment))
    .filter(({ attainment }) => {
      const isOn = attainment! > highest;
      if (isOn) highest = attainment!;
      return isOn;
    })
    .map(({ usd, attainment }) => `${x.place(usd)},${y.place(attainment!)}`);
  return points.length < 2 ? '' : `<polyline points="${points.join(' ')}" class="curve" style="stroke:${colour}"/>`;
}

/** Above or below its line, at the end where it hides no point. */
function promiseBox(text: string, y: number, dots: readonly Box[]): Box {
  const lefts = [frame.right - labelLength(text), frame.left + 4];
  const boxes = [y - 16, y + 2].flatMap((top) => lefts.map((left) => labelBox(text, left, top)));
  return boxes.find((box) => isInside(box) && !dots.some((dot) => overlaps(box, dot))) ?? boxes[0]!;
}

function costScale(judged: readonly Ranked[]): Scale {
  const costs = judged.map((one) => one.usd);
  const least = Math.min(...costs);
  const most = Math.max(...costs);
  const margin = Math.max((most - least) * 0.12, most * 0.02, 1e-9);
  const from = Math.max(0, least - margin);
  const to = most + margin;
  return {
    ticks: niceTicks(from, to, 5),
    holds: (usd: number) => usd >= from && usd <= to,
    place: (usd: number) => rounded(frame.left + ((usd - from) / (to - from)) * (frame.right - frame.left)),
  };
}

function attainmentScale(judged: readonly Ranked[], promised: number): Scale {
  const nines = (share: number) => -Math.log10(Math.max(1 - share, 1e-5));
  const values = [...judged.map((one) => nines(one.attainment.all!)), nines(promised)];
  const from = Math.max(0, Math.min(...values) - 0.25);
  const to = Math.max(...values) + 0.25;
  const place = (share: number) =>
    rounded(frame.bottom - ((nines(share) - from) / (to - from)) * (frame.bottom - frame.top));
  const candidates = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999];
  const ticks = candidates.filter((share) => nines(share) >= from && nines(share) <= to);
  return { ticks, place, holds: (share) => nines(share) >= from && nines(share) <= to };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

const verticalTick = (place: (usd: number) => number) => (usd: number) =>
  `<line x1="${place(usd)}" x2="${place(usd)}" y1="${frame.top}" y2="${frame.bottom}" class="grid"/>` +
  `<text x="${place(usd)}" y="${frame.bottom + 16}" class="label middle">$${formatUsd(usd)}</text>`;

const horizontalTick = (place: (share: number) => number) => (share: number) =>
  `<line x1="${frame.left}" x2="${frame.right}" y1="${place(share)}" y2="${place(share)}" class="grid"/>` +
  `<text x="${frame.left - 8}" y="${place(share)}" class="label end">${rounded(share * 1e4) / 100}%</text>`;

function dot({ one, x, y }: Point, colourOf: (policy: string) => string): string {
  const isMissing = one.missesAttainment || one.missesAccuracy;
  const style = isMissing
    ? `fill:var(--page);stroke:${colourOf(one.policy)}`
    : `fill:${colourOf(one.policy)};stroke:${colourOf(one.policy)}`;
  const hint = `${one.policy}: $${formatUsd(one.usd)}, ${formatAttainment(one.attainment.all)} in time`;
  return `<circle cx="${x}" cy="${y}" r="6" class="dot" style="${style}"><title>${escapeHtml(hint)}</title></circle>`;
}

/** From the cheapest on, each that is in time more often than all cheaper ones. */
function frontier(points: readonly Point[]): Point[] {
  let highest = Number.POSITIVE_INFINITY;
  return [...points]
    .sort((a, b) => a.x - b.x || a.y - b.y)
    .filter((point) => {
      const isOn = point.y < highest;
      if (isOn) highest = point.y;
      return isOn;
    });
}

/** Each label goes to the first place around its point that is still free of what is `drawn`. */
function labels(points: readonly Point[], drawn: readonly Box[]): string {
  const taken = [...drawn];
  return points
    .map(({ one, x, y }) => {
      const text = shortLabel(one.policy);
      const boxes = [0, -14, 14, -28, 28].flatMap((shift) => [
        labelBox(text, x + 11, y - 7 + shift),
        labelBox(text, x - 11 - labelLength(text), y - 7 + shift),
      ]);
      const box = boxes.find((one) => isInside(one) && !taken.some((other) => overlaps(one, other)));
      // In a crowd a label would hide others; its name is in the hint of the point.
      if (box === undefined) return '';
      taken.push(box);
      return labelAt(box, text, 'label');
    })
    .join('\n');
}

const labelLength = (text: string) => text.length * 7 + 6;

function labelBox(text: string, left: number, top: number): Box {
  return { left, right: left + labelLength(text), top, bottom: top + 14 };
}

function labelAt({ left, top }: Box, text: string, name: string): string {
  return `<text x="${rounded(left)}" y="${rounded(top + 7)}" class="${name}">${escapeHtml(text)}</text>`;
}

function isInside(box: Box): boolean {
  return box.left >= frame.left && box.right <= width && box.top >= 0 && box.bottom <= frame.bottom;
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
