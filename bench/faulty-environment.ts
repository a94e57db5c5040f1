import { OutcomeUnknown } from '../env/outcome-unknown.ts';
import { absentMetrics } from '../env/sim/metrics.ts';
import type { Action, Environment, Observation, Outcome, PriceBook, ServiceProfile, Signal } from '../env/types.ts';
import { vmUsdPerHour } from '../env/vm-price.ts';
import { activeKinds, type Fault, type FaultKind } from './faults.ts';

/** A world in which things go wrong by script. Launches that hang are VMs that boot, and cost, until the fault is over; then they are launched anew. */
export class FaultyEnvironment implements Environment {
  readonly #inner: Environment;
  readonly #profile: ServiceProfile;
  readonly #usdPerHour: readonly number[];
  readonly #faults: readonly Fault[];
  /** [pool] VMs that boot for ever. */
  #hanging: number[];
  #tick = 0;
  #asked: Action | null = null;
  #frozen: Observation | null = null;

  constructor(inner: Environment, profile: ServiceProfile, prices: PriceBook, faults: readonly Fault[]) {
    this.#inner = inner;
    this.#profile = profile;
    this.#usdPerHour = profile.pools.map((pool) => vmUsdPerHour(pool, prices)!);
    this.#faults = faults;
    this.#hanging = profile.pools.map(() => 0);
  }

  async observe(): Promise<Observation> {
    const kinds = activeKinds(this.#faults, this.#tick);
    const real = await this.#inner.observe();
    if (!kinds.has('metrics-freeze')) this.#frozen = real;
    const pools = real.pools.map(({ ready, booting }, pool) => ({ ready, booting: booting + this.#hanging[pool]! }));
    return { ...this.#distorted(real, kinds), pools, lastAction: this.#asked };
  }

  async step(action: Action): Promise<Outcome> {
    const kinds = activeKinds(this.#faults, this.#tick++);
    const { pools } = await this.#inner.observe();
    this.#asked = action;
    const real = action.vmCounts.map((count, pool) => this.#realCount(count, pool, pools[pool]!, kinds));
    const outcome = await this.#inner.step({ ...action, vmCounts: real });
    if (kinds.has('step-lost')) throw new OutcomeUnknown('The answer did not come: nobody knows what was done.');
    const wasted = this.#hanging.reduce((sum, vms, pool) => sum + vms * this.#usdPerHour[pool]!, 0);
    return { ...outcome, usd: { ...outcome.usd, vm: outcome.usd.vm + (wasted * outcome.seconds) / 3600 } };
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  /** VMs of the inner world for what was asked; the rest of it hangs, or is not launched at all. */
  #realCount(
    count: number,
    pool: number,
    { ready, booting }: Observation['pools'][number],
    kinds: ReadonlySet<FaultKind>,
  ): number {
    const live = ready + booting;
    const beyond = Math.max(0, count - live);
    if (kinds.has('launches-fail')) this.#hanging[pool] = Math.min(this.#hanging[pool]!, beyond);
    else this.#hanging[pool] = kinds.has('boots-hang') ? beyond : 0;
    return this.#hanging[pool]! > 0 || kinds.has('launches-fail') ? Math.min(count, live) : count;
  }

  #distorted(real: Observation, kinds: ReadonlySet<FaultKind>): Observation {
    if (kinds.has('metrics-vanish')) return { ...real, ...absentMetrics(this.#profile) };
    let seen = kinds.has('metrics-freeze') ? aged(this.#frozen ?? real, real) : real;
    if (kinds.has('queue-vanishes')) seen = { ...seen, queueLength: seen.queueLength.map(() => null) };
    const factor = kinds.has('metrics-jump') ? 100 : kinds.has('metrics-zero') ? 0 : 1;
    const { arrivals } = seen;
    if (arrivals === null || factor === 1) return seen;
    return { ...seen, arrivals: { ...arrivals, value: arrivals.value.map((rate) => rate * factor) } };
  }
}

/** What was seen then, as old as it is by now. */
function aged(then: Observation, now: Observation): Observation {
  const more = now.timeSeconds - then.timeSeconds;
  const older = <T>(signal: Signal<T>): Signal<T> =>
    signal === null ? null : { value: signal.value, ageSeconds: signal.ageSeconds + more };
  const { latencyMs } = then;
  return {
    ...now,
    arrivals: older(then.arrivals),
    utilization: then.utilization.map(older),
    queueLength: then.queueLength.map(older),
    latencyMs: { p50: older(latencyMs.p50), p95: older(latencyMs.p95), p99: older(latencyMs.p99) },
    attainment: then.attainment.map(older),
    accuracy: older(then.accuracy),
    spilledPerSecond: older(then.spilledPerSecond),
  };
}
