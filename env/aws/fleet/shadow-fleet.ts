import type { Mutation } from '../writing/mutation.ts';
import type { FleetView, FleetViewer, PoolView } from './fleet-view.ts';

export interface ShadowPool {
  readonly autoScalingGroup: string;
  /** After this time a VM launched in the shadow is ready. */
  readonly bootSeconds: number;
}

/** A pool as shadow set it. */
interface Imagined {
  desired: number;
  ready: number;
  /** Times at which the booting VMs become ready, soonest first, in milliseconds. */
  boots: readonly number[];
}

/**
 * The fleet as it would be if what shadow mode notes were done. A dry run must live with its own consequences: shown the live
 * fleet, it would ask for the same VMs at every decision (nomad-autoscaler#144 is the other half: it cooled down for what it never did).
 */
export class ShadowFleet implements FleetViewer {
  readonly #pools: readonly ShadowPool[];
  readonly #nowMs: () => number;
  /** [pool] Null until the real fleet was seen: it begins as that. */
  readonly #imagined: (Imagined | null)[];

  constructor(pools: readonly ShadowPool[], nowMs: () => number) {
    this.#pools = pools;
    this.#nowMs = nowMs;
    this.#imagined = pools.map(() => null);
  }

  view(real: FleetView): FleetView {
    return { pools: real.pools.map((pool, index) => this.#viewOf(pool, index)) };
  }

  /** A mutation that shadow mode noted in place of sending it. */
  note(mutation: Mutation): void {
    if (mutation.kind !== 'set-desired-capacity') return;
    const index = this.#pools.findIndex(({ autoScalingGroup }) => autoScalingGroup === mutation.group);
    const pool = this.#imagined[index];
    if (pool === undefined || pool === null) return;
    this.#boot(pool);
    const more = mutation.desired - pool.ready - pool.boots.length;
    const readyAtMs = this.#nowMs() + this.#pools[index]!.bootSeconds * 1000;
    pool.desired = mutation.desired;
    if (more >= 0) pool.boots = [...pool.boots, ...Array<number>(more).fill(readyAtMs)];
    else this.#cut(pool, -more);
  }

  /** Desired capacity of the group in the shadow; null: not of this fleet, or not seen yet. */
  desired(group: string): number | null {
    const index = this.#pools.findIndex(({ autoScalingGroup }) => autoScalingGroup === group);
    return this.#imagined[index]?.desired ?? null;
  }

  #viewOf(real: PoolView, index: number): PoolView {
    const { bootSeconds } = this.#pools[index]!;
    this.#imagined[index] ??= {
      desired: real.desired,
      ready: real.ready,
      boots: Array<number>(real.booting).fill(this.#nowMs() + bootSeconds * 1000),
    };
    const pool = this.#imagined[index];
    this.#boot(pool);
    const { desired, ready, boots } = pool;
    const healthyTargets = real.healthyTargets.map((healthy) => healthyOf(healthy, real.ready, ready));
    return { ...real, desired, ready, booting: boots.length, sick: 0, healthyTargets };
  }

  #boot(pool: Imagined): void {
    const nowMs = this.#nowMs();
    const booting = pool.boots.filter((readyAtMs) => readyAtMs > nowMs);
    pool.ready += pool.boots.length - booting.length;
    pool.boots = booting;
  }

  /** What boots goes first. */
  #cut(pool: Imagined, count: number): void {
    const unborn = Math.min(count, pool.boots.length);
    pool.boots = pool.boots.slice(0, pool.boots.length - unborn);
    pool.ready -= count - unborn;
  }
}

/** As large a part of the imagined VMs is healthy as of the real ones; where none runs, all are. */
function healthyOf(healthy: number | null, ready: number, imagined: number): number | null {
  if (healthy === null) return null;
  return ready === 0 ? imagined : Math.round((Math.min(healthy, ready) / ready) * imagined);
}
