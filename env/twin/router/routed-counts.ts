import { latencyEdges } from '../../deployment/router-layout.ts';
import { binLowerMs } from '../../histogram.ts';
import type { ServiceProfile } from '../../types.ts';
import type { RoutedWorld, RouterTotals } from '../parts.ts';
import { wholeShares } from './shares.ts';

/** HAProxy's averages are over this many requests (management guide, "Statistics and monitoring"). */
const averagedRequests = 1024;

interface PoolPast {
  readonly left: number;
  readonly busySlotSeconds: number;
}

/**
 * What HAProxy would have counted of what the simulated router did. The world tells totals; where HAProxy counts finer, they are divided:
 * spilled requests over the classes that arrived, those who left a VM over the pools that were busy, answers to the variant in force.
 */
export class RoutedCounts {
  readonly #profile: ServiceProfile;
  readonly #world: RoutedWorld;
  #last: RouterTotals;
  /** [class][variant] */
  readonly #spilled: number[][];
  /** [class][pool] Requests that are no longer inside. */
  readonly #left: number[][];
  /** [class][variant] */
  readonly #inTime: number[][];
  readonly #late: number[][];
  /** [pool] Oldest first. */
  readonly #past: PoolPast[][];
  #variant: number;

  constructor(profile: ServiceProfile, world: RoutedWorld, variant: number) {
    const perClass = <T>(make: () => T) => profile.slo.classes.map(make);
    this.#profile = profile;
    this.#world = world;
    this.#variant = variant;
    this.#spilled = perClass(() => profile.variants.map(() => 0));
    this.#left = perClass(() => profile.pools.map(() => 0));
    this.#inTime = perClass(() => profile.variants.map(() => 0));
    this.#late = perClass(() => profile.variants.map(() => 0));
    this.#past = profile.pools.map(() => [{ left: 0, busySlotSeconds: 0 }]);
    const none = perClass(() => 0);
    const nobody = { requests: none, inTime: none, late: none, lost: none, queue: none, spilled: 0, latencySeconds: 0 };
    this.#last = { ...world.totals(), ...nobody, steps: -1, busySlotSeconds: profile.pools.map(() => 0) };
    this.settle();
  }

  /** The totals now, and everything divided up to now. */
  settle(): RouterTotals {
    const now = this.#world.totals();
    const last = this.#last;
    // Without a step there is nothing to divide, however many ask.
    if (now.steps === last.steps) return now;
    const came = now.requests.map((count, k) => count - last.requests[k]!);
    const spillable = now.requests.map(
      (count, k) => count - sum(this.#spilled[k]!) - sum(this.#left[k]!) - now.queue[k]!,
    );
    wholeShares(now.spilled - last.spilled, came, spillable).forEach((count, k) => {
      this.#spilled[k]![this.#variant]! += count;
    });
    now.requests.forEach((_, k) => {
      this.#inTime[k]![this.#variant]! += now.inTime[k]! - last.inTime[k]!;
      this.#late[k]![this.#variant]! += now.late[k]! - last.late[k]!;
      this.#divideLeft(k, now);
    });
    this.#past.forEach((past, pool) => {
      this.#notePast(past, { left: this.leftPool(pool), busySlotSeconds: now.busySlotSeconds[pool]! });
    });
    this.#last = now;
    return now;
  }

  /** From now on this variant answers. */
  setVariant(variant: number): void {
    this.settle();
    this.#variant = variant;
  }

  /** [class][variant] */
  get spilled(): readonly (readonly number[])[] {
    return this.#spilled;
  }

  left(requestClass: number, pool: number): number {
    return this.#left[requestClass]![pool]!;
  }

  leftPool(pool: number): number {
    return sum(this.#left.map((byPool) => byPool[pool]!));
  }

  /** [class][variant] */
  get answers(): { readonly 'in-time': readonly (readonly number[])[]; readonly late: readonly (readonly number[])[] } {
    return { 'in-time': this.#inTime, late: this.#late };
  }

  /** Whole milliseconds on a slot, over the last requests. */
  serviceMs(pool: number): number {
    const past = this.#past[pool]!;
    const [first, last] = [past[0]!, past.at(-1)!];
    const left = last.left - first.left;
    return left > 0 ? Math.round((1000 * (last.busySlotSeconds - first.busySlotSeconds)) / left) : 0;
  }

  /** [bin of latencyEdges] */
  latencies(): number[] {
    const counts = latencyEdges.map(() => 0);
    let edge = 0;
    this.#last.latency.forEach((count, bin) => {
      const ms = (binLowerMs(bin) + binLowerMs(bin + 1)) / 2;
      while (edge + 1 < latencyEdges.length && latencyEdges[edge + 1]! <= ms) edge++;
      counts[edge]! += count;
    });
    return counts;
  }

  /** By the work that each pool did since the last time. */
  #divideLeft(k: number, now: RouterTotals): void {
    const gone = now.requests[k]! - sum(this.#spilled[k]!) - now.queue[k]! - sum(this.#left[k]!);
    const work = now.busySlotSeconds.map((seconds, pool) => {
      const serviceMs = this.#profile.pools[pool]!.serviceMs[this.#variant] ?? null;
      return serviceMs === null ? 0 : (seconds - this.#last.busySlotSeconds[pool]!) / serviceMs;
    });
    const any = work.map(() => Math.max(0, gone));
    wholeShares(Math.max(0, gone), work, any).forEach((count, pool) => {
      this.#left[k]![pool]! += count;
    });
  }

  #notePast(past: PoolPast[], now: PoolPast): void {
    past.push(now);
    while (past.length > 2 && now.left - past[1]!.left >= averagedRequests) past.shift();
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
