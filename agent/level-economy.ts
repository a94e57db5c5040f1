import type { LevelTerms } from './level-terms.ts';

/** What happens to one level in one interval, in the price of one VM for one interval and in units of its work. */
export interface LevelInterval {
  /** VM price, spilled work, the surcharge of cold starts. */
  cost: number;
  /** Work that missed its deadline. */
  missed: number;
  /** Work that went to Lambda. */
  spilled: number;
}

/** Spilled work below this does not need an environment kept for the level. */
const someWork = 0.02;

/**
 * One interval: the level is billed while it boots or is on; what it does not serve goes elsewhere at the price ratio, and if that has not
 * happened within the keep-alive, cold: the requests of one cold start's time are late, and hold their environments longer.
 */
export function levelInterval(
  terms: LevelTerms,
  use: number,
  isBilled: boolean,
  servingShare: number,
  intervalsSinceSpill: number,
  result: LevelInterval,
): void {
  const spilled = use * (1 - servingShare);
  const isCold = spilled > someWork && intervalsSinceSpill > terms.keepAliveIntervals;
  const missed = isCold ? Math.min(spilled, use * terms.coldIntervals) : 0;
  result.spilled = spilled;
  result.missed = missed;
  result.cost = (isBilled ? 1 : 0) + terms.ratio * (spilled + missed * terms.coldFactor);
}

/** Whether work that was spilled keeps the level's environment warm. */
export function keepsWarm(spilled: number): boolean {
  return spilled > someWork;
}

/** What is billed beyond the end: a VM that was ready drains, one that booted is billed for the minimum. */
export function endOfLifeCost(terms: LevelTerms, wasReady: boolean, age: number): number {
  return Math.max(wasReady ? terms.drainIntervals : 0, terms.minimumBilledIntervals - age, 0);
}

/** Part of an interval that a VM serves whose boot has so many intervals to go at its beginning. */
export function servingShare(bootLeft: number): number {
  return bootLeft <= 0 ? 1 : Math.max(0, 1 - bootLeft);
}
