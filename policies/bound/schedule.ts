import type { FutureLoad } from './future-load.ts';
import { leastPath } from './level-path.ts';

/** A pool as a schedule sees it. */
export interface ScheduledPool {
  readonly min: number;
  readonly max: number;
  /** VMs that run or boot before the first step. */
  readonly found: number;
  readonly usdPerSecond: number;
  /** A VM is launched so many steps before it is to serve. */
  readonly leadSteps: number;
  readonly drainSeconds: number;
  /** [variant] Requests per second that a VM serves safely; 0: none. */
  readonly perVm: readonly number[];
}

/** What the requests of a step cost that the VMs cannot serve, and by which variant they are answered. */
export interface StepTerms {
  /** [step] */
  readonly variant: Uint8Array;
  /** [variant] Dollars for a request on Lambda. */
  readonly lambdaUsd: readonly number[];
}

/** [pool][step] VMs that are to serve. */
export type Schedule = readonly Int32Array[];

const sweeps = 3;

/**
 * VMs of every pool that cost the least together with Lambda, as far as one pool after the other finds it: each pool is planned VM by VM, exactly
 * (Albers and Quedenfeld 2018), for what the others leave, some times over. Every pool has been the first; the cheapest result is kept.
 */
export function leastSchedule(load: FutureLoad, pools: readonly ScheduledPool[], terms: StepTerms): Schedule {
  const orders = pools.map((_, first) => [first, ...pools.map((_, pool) => pool).filter((pool) => pool !== first)]);
  const schedules = orders.map((order) => {
    const schedule: Int32Array[] = pools.map((pool) => new Int32Array(load.steps).fill(pool.min));
    for (let sweep = 0; sweep < (pools.length > 1 ? sweeps : 1); sweep++) {
      for (const pool of order) schedule[pool] = poolSchedule(load, pools, terms, schedule, pool);
    }
    return { schedule, usd: scheduleUsd(load, pools, terms, schedule) };
  });
  return schedules.reduce((best, one) => (one.usd < best.usd ? one : best)).schedule;
}

/** One pool, for the load that the others leave. */
function poolSchedule(
  load: FutureLoad,
  pools: readonly ScheduledPool[],
  { variant, lambdaUsd }: StepTerms,
  schedule: Schedule,
  index: number,
): Int32Array {
  const { min, max, found, usdPerSecond, leadSteps, drainSeconds, perVm } = pools[index]!;
  const launch = usdPerSecond * (leadSteps * load.stepSeconds + drainSeconds);
  const capacity = capacityOf(pools, variant, schedule, index);
  const excess = capacity.map((one, step) => load.excess(step, one));
  const vms = new Int32Array(load.steps);
  const on = new Float64Array(load.steps);
  for (let level = 0; level < max; level++) {
    for (let step = 0; step < on.length; step++) {
      const before = excess[step]!;
      if (before > 0) {
        capacity[step]! += perVm[variant[step]!]!;
        excess[step] = load.excess(step, capacity[step]!);
      }
      const saved = lambdaUsd[variant[step]!]! * (before - excess[step]!);
      const isTooEarly = level >= found && step < leadSteps;
      on[step] = isTooEarly ? Number.POSITIVE_INFINITY : load.stepSeconds * (usdPerSecond - saved);
    }
    const path = level < min ? null : leastPath(on, { launch, before: level < found ? 1 : 0 });
    if (path?.every((one) => one === 0)) break;
    for (let step = 0; step < vms.length; step++) vms[step]! += path ? path[step]! : 1;
  }
  return vms;
}

/** [step] Requests per second that the other pools serve. */
function capacityOf(
  pools: readonly ScheduledPool[],
  variant: Uint8Array,
  schedule: Schedule,
  without: number | null,
): Float64Array {
  return Float64Array.from(variant, (one, step) =>
    pools.reduce((sum, { perVm }, pool) => sum + (pool === without ? 0 : schedule[pool]![step]! * perVm[one]!), 0),
  );
}

/** [step] Requests per second that all pools serve together. */
export function scheduledCapacity(
  pools: readonly ScheduledPool[],
  variant: Uint8Array,
  schedule: Schedule,
): Float64Array {
  return capacityOf(pools, variant, schedule, null);
}

/** Dollars that a schedule is expected to cost, Lambda included. */
export function scheduleUsd(
  load: FutureLoad,
  pools: readonly ScheduledPool[],
  terms: StepTerms,
  schedule: Schedule,
): number {
  const capacity = scheduledCapacity(pools, terms.variant, schedule);
  let usd = 0;
  for (let step = 0; step < load.steps; step++) {
    usd += load.stepSeconds * terms.lambdaUsd[terms.variant[step]!]! * load.excess(step, capacity[step]!);
  }
  for (const [index, { usdPerSecond, leadSteps, drainSeconds, found }] of pools.entries()) {
    const launch = usdPerSecond * (leadSteps * load.stepSeconds + drainSeconds);
    schedule[index]!.forEach((vms, step, all) => {
      const before = all[step - 1] ?? found;
      usd += load.stepSeconds * usdPerSecond * vms + launch * Math.max(0, vms - before);
    });
  }
  return usd;
}

/** [step] VMs that have to be asked for, so that those of the schedule are ready when they are to serve. */
export function launchedAhead(vms: Int32Array, leadSteps: number): Int32Array {
  return vms.map((_, step) => vms.subarray(step, step + leadSteps + 1).reduce((most, one) => Math.max(most, one), 0));
}
