import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { type BreakEven, breakEvens } from './break-even.ts';
import { kindOf } from './configuration.ts';
import { paretoFront } from './front.ts';
import { type Load, meanPerSecond, peakPerSecond } from './load.ts';
import { byWorth, type Candidate, candidates } from './search.ts';

/** The design space of a service at a load. */
export interface Plan {
  readonly meanPerSecond: number;
  readonly peakPerSecond: number;
  /** Every configuration looked at. */
  readonly candidates: readonly Candidate[];
  /**
   * The front, and the cheapest of each variant, pool and kind: those that keep the promise first, the cheapest at the top; then those that miss
   * it, by how little.
   */
  readonly best: readonly Candidate[];
  /** Dollars, latency and accuracy: what no other beats in all of them. */
  readonly front: readonly Candidate[];
  readonly breakEvens: readonly BreakEven[];
}

/** The configurations that do not change over time; what following the load brings on top, policies and their bound tell. */
export function planFor(profile: ServiceProfile, prices: PriceBook, load: Load): Plan {
  const all = candidates(profile, prices, load);
  const front = paretoFront(all);
  return {
    meanPerSecond: meanPerSecond(load),
    peakPerSecond: peakPerSecond(load),
    candidates: all,
    best: [...new Set([...front, ...bestOfEach([...front, ...all])])].sort(byWorth),
    front,
    breakEvens: breakEvens(profile, prices),
  };
}

/** Of equals the first. */
function bestOfEach(all: readonly Candidate[]): Candidate[] {
  const best = new Map<string, Candidate>();
  for (const one of [...all].sort(byWorth)) {
    const { variant, fleet } = one.configuration;
    const key = JSON.stringify([kindOf(one.configuration), variant, fleet?.pool ?? null]);
    if (!best.has(key)) best.set(key, one);
  }
  return [...best.values()];
}
