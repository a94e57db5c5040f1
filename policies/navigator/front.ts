import type { Candidate } from './search.ts';

/** Those that keep the promise and that no other beats in dollars, latency and accuracy at once, the cheapest first. */
export function paretoFront(candidates: readonly Candidate[]): Candidate[] {
  const good = candidates.filter((one) => one.keepsPromise).sort((a, b) => a.usdPerHour - b.usdPerHour);
  return good.filter((one, index) => !good.some((other, at) => at !== index && dominates(other, one, at < index)));
}

/** Of equals the first stays. */
function dominates(a: Candidate, b: Candidate, isFirst: boolean): boolean {
  if (a.usdPerHour > b.usdPerHour || a.p95Ms > b.p95Ms || a.accuracy < b.accuracy) return false;
  return a.usdPerHour < b.usdPerHour || a.p95Ms < b.p95Ms || a.accuracy > b.accuracy || isFirst;
}
