import { coverageOfFew } from './interval.ts';

/** Numbers as a reader wants them; a dash where there is none. */
const absent = '-';

/** Less is nothing: what sums of fractions leave. */
const leastUsd = 1e-9;

/** Two to five digits that matter: 12,345 · 123.4 · 1.23 · 0.0123 · 0.0000012. */
export function formatUsd(usd: number | null): string {
  if (usd === null) return absent;
  const decimals = usdDecimals(Math.abs(usd));
  return unsigned(usd.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
}

function usdDecimals(size: number): number {
  if (size >= 1) return size >= 1000 ? 0 : size >= 100 ? 1 : 2;
  return size >= 1e-4 || size < leastUsd ? 4 : 1 - Math.floor(Math.log10(size));
}

/** Rounded down, so that a promise just missed never looks kept. */
export function formatAttainment(share: number | null): string {
  return share === null ? absent : `${(Math.floor(share * 1e4 + 1e-9) / 100).toFixed(2)}%`;
}

export function formatShare(share: number | null): string {
  if (share === null) return absent;
  return share === 0 ? '0%' : `${unsigned((share * 100).toFixed(Math.abs(share) < 0.01 ? 2 : 1))}%`;
}

/** What rounds to nothing is neither more nor less than nothing. */
function unsigned(number: string): string {
  return number.replace(/^-(?=[0.]+$)/, '');
}

export function formatCount(count: number | null): string {
  return count === null ? absent : count.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

export function formatMs(ms: number | null): string {
  if (ms === null) return absent;
  return ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

export function formatDuration(seconds: number): string {
  if (seconds >= 2 * 86_400) return `${trimmed(seconds / 86_400)} days`;
  if (seconds >= 2 * 3600) return `${trimmed(seconds / 3600)} h`;
  return seconds >= 120 ? `${trimmed(seconds / 60)} min` : `${trimmed(seconds)} s`;
}

function trimmed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** As in `1 request` and `2,000 requests`; a mean over seeds may be a fraction. */
export function formatRequests(count: number | null): string {
  return `${formatCount(count)} request${formatCount(count) === '1' ? '' : 's'}`;
}

/** As in `1 seed` and `3 seeds`. */
export function formatSeeds(count: number): string {
  return count === 1 ? '1 seed' : `${count} seeds`;
}

/** Three digits after the point: a hundredth of a per cent is below what seeds tell apart. */
export function formatRatio(ratio: number | null): string {
  return ratio === null ? absent : ratio.toFixed(3);
}

export function formatInterval(low: number, high: number, format: (value: number) => string): string {
  return `${format(low)}–${format(high)}`;
}

const widestName = 32;

/** The end of a checkpoint's path says more than its start. */
export function shortName(name: string): string {
  return name.length <= widestName ? name : `${name.slice(0, 8)}…${name.slice(name.length - widestName + 9)}`;
}

/** What an interval of 95% is worth where it is one of so few; empty: what it says. */
export function fewText(count: number, noun: string): string {
  const coverage = coverageOfFew(count);
  return coverage === null || count < 2
    ? ''
    : `of ${count} ${noun} it holds the true value only about ${Math.round(100 * coverage)} times in 100`;
}
