import type { RouterBudgets, ServiceProfile } from '../types.ts';
import { vmServiceSeconds } from './service.ts';

/*
 * What the router `overflow` may spend within the second (profile.budgets), on top of any policy. Both budgets are running sums over the run:
 *   accuracy   credit = Σ over answers of (accuracy - floor); a smaller variant may answer while the credit stays at 0 or above
 *   misses     left of class k = missShare (1 - promise) requests_k - late_k - lost_k; a request that would spill waits behind all others
 *              while more are left than already wait there; after `patienceSeconds` it is spilled after all
 */

/** Part of the misses that the promise allows which the router spends itself; the rest is for bursts, cold starts and slow answers. */
export const missShare = 0.75;

/**
 * What answers earn in the first minutes, while a service warms up, is not kept for later: so the mean keeps the floor over whatever begins
 * after them, too.
 */
export const unearnedSeconds = 600;

/** What is kept of the credit at the end of an interval, `seconds` into the run. */
export function carriedCredit(credit: number, seconds: number): number {
  return seconds <= unearnedSeconds ? Math.min(0, credit) : credit;
}

/** Part of a pool's slots that stays idle where a request is answered by a larger variant. */
export const idleShare = 0.1;

/** Services longer than their mean by this many standard deviations still have to meet the deadline with a larger variant. */
const spreads = 3;

/** The budgets that the profile's router spends: `weights` does not look at requests, and has none. */
export function routerBudgets({ router, budgets }: ServiceProfile): RouterBudgets {
  return router === 'overflow' ? budgets : { accuracy: false, misses: false };
}

/** A variant as a pool serves it. */
export interface Rung {
  readonly variant: number;
  readonly serviceSeconds: number;
  readonly accuracy: number;
}

/** Where a pool can go from the variant in force. */
export interface Ladder {
  readonly inForce: Rung;
  /** The one with most accuracy per extra second; null: there is none, or nothing smaller that its credit could ever pay for. */
  readonly larger: Rung | null;
  /** The one that saves most seconds per accuracy; null: there is none. */
  readonly smaller: Rung | null;
}

/** Null: the variant does not run on the pool. */
export function ladder(profile: ServiceProfile, pool: number, variant: number): Ladder | null {
  const rungs = profile.variants.flatMap(({ accuracy }, index): Rung[] => {
    const serviceSeconds = vmServiceSeconds(profile, pool, index);
    return serviceSeconds === null ? [] : [{ variant: index, serviceSeconds, accuracy }];
  });
  const inForce = rungs.find((one) => one.variant === variant);
  if (!inForce) return null;
  const secondsPerAccuracy = (other: Rung) =>
    (other.serviceSeconds - inForce.serviceSeconds) / (other.accuracy - inForce.accuracy);
  const smaller = rungs
    .filter((one) => one.accuracy < inForce.accuracy && one.serviceSeconds < inForce.serviceSeconds)
    .reduce<Rung | null>(
      (best, one) => (best && secondsPerAccuracy(best) >= secondsPerAccuracy(one) ? best : one),
      null,
    );
  const larger = rungs
    .filter((one) => one.accuracy > inForce.accuracy)
    .reduce<Rung | null>(
      (best, one) => (best && secondsPerAccuracy(best) <= secondsPerAccuracy(one) ? best : one),
      null,
    );
  return { inForce, larger: smaller && larger, smaller };
}

/** What an answer of this variant takes from the credit, 0 where it adds to it. */
export function creditPrice({ accuracy }: Rung, accuracyFloor: number): number {
  return Math.max(0, accuracyFloor - accuracy);
}

/** Slots of a pool that must stay idle for a larger variant. */
export function idleReserve(slots: number): number {
  return Math.max(1, Math.ceil(idleShare * slots));
}

/** Longest wait after which nearly all services of a variant still meet a deadline; negative where none does. */
export function longestWaitSeconds({ serviceSeconds }: Rung, serviceCv: number, deadlineMs: number): number {
  return deadlineMs / 1000 - serviceSeconds * (1 + spreads * serviceCv);
}

/** Requests of a class that may still be answered late. */
export function missesLeft(promise: number, requests: number, misses: number): number {
  return missShare * (1 - promise) * requests - misses;
}

/** Seconds over which the demand is averaged that says whether an overload is passing. */
export const demandSeconds = 10;

/** How long a request waits behind all others before it is spilled: half of what its client would. */
export function patienceSeconds(clientTimeoutMs: number): number {
  return clientTimeoutMs / 2000;
}

/**
 * Requests that may wait, were one to wait behind all others: what the capacity beyond the recent demand works off in its patience. In
 * a lasting overload that is none, since they would wait in vain.
 */
export function patientRoom(capacityPerSecond: number, demandPerSecond: number, clientTimeoutMs: number): number {
  return Math.max(0, capacityPerSecond - demandPerSecond) * patienceSeconds(clientTimeoutMs);
}

/** Wait in ms beyond which the line of a class is under pressure: its next request would spill, or be late. */
export function pressureWaitMs(maxWaitMs: number | null, deadlineMs: number, serviceSeconds: number): number {
  return Math.max(0, Math.min(maxWaitMs ?? Number.POSITIVE_INFINITY, deadlineMs - serviceSeconds * 1000));
}
