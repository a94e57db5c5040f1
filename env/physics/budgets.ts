import type { ServiceProfile } from '../types.ts';
import { vmServiceSeconds } from './service.ts';

/*
 * What the router `overflow` may spend within the second (profile.budgets), on top of any policy. Both budgets are running sums over the run:
 *   accuracy   credit = Σ over answers of (accuracy - floor); a smaller variant may answer while the credit stays at 0 or above
 *   misses     left of class k = missShare (1 - promise) requests_k - late_k - lost_k - those let wait; a request may wait while this is 1 or more
 */

/** Part of the misses that the promise allows which the router spends itself; the rest is for bursts, cold starts and slow answers. */
export const missShare = 0.75;

/** Part of a pool's slots that stays idle where a request is answered by a larger variant. */
export const idleShare = 0.1;

/** Services longer than their mean by this many standard deviations still have to meet the deadline with a larger variant. */
const spreads = 3;

/** A variant as a pool serves it. */
export interface Rung {
  readonly variant: number;
  readonly serviceSeconds: number;
  readonly accuracy: number;
}

/** Where a pool can go from the variant in force. */
export interface Ladder {
  readonly inForce: Rung;
  /** More accurate, by most accuracy per extra second; null: there is none, or nothing smaller that the credit could ever pay for. */
  readonly larger: Rung | null;
  /** Faster and below the floor's credit or not, by most seconds saved per accuracy; null: there is none. */
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

/** Whether one more that waits is answered before its client gives up, with as much time again to spare. */
export function isAnsweredInTime(waiting: number, capacityPerSecond: number, clientTimeoutMs: number): boolean {
  return waiting < (capacityPerSecond * clientTimeoutMs) / 1000 / 2;
}

/** Wait in ms beyond which the line of a class is under pressure: its next request would spill, or be late. */
export function pressureWaitMs(maxWaitMs: number | null, deadlineMs: number, serviceSeconds: number): number {
  return Math.max(0, Math.min(maxWaitMs ?? Number.POSITIVE_INFINITY, deadlineMs - serviceSeconds * 1000));
}
