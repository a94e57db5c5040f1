import type { Observation } from '../../env/types.ts';
import { newestRate, seenUntilSeconds } from '../demand.ts';
import { FleetRule } from '../fleet-rule.ts';
import { type FleetPool, fleetSettingOf } from '../fleet-setting.ts';
import { policyKind } from '../kind.ts';
import { optionalHeadroom, optionalWaitShare } from '../knobs.ts';
import { count, short } from '../rule.ts';
import { presentCounts } from '../setting.ts';
import { optionalSpill } from '../spill.ts';

/** A load smaller by this share than what fewer VMs serve is sure to fit them. */
const slackShare = 0.05;

export const infaas = policyKind({
  name: 'infaas',
  summary:
    'Adds a VM once those that there are reach a utilisation threshold, removes one after a run of checks in which fewer would do, and moves to the pool that serves the load for less.',
  source: 'INFaaS (Romero et al., USENIX ATC 2021) and its published code.',
  open:
    'Thresholds, back-off, strikes and the 2 s clock are those of the code: 80 % busy (CPU and GPU), 15 loops of back-off, 15 idle strikes, 5 % of slack. ' +
    'Its workers each report their utilisation, ours is that of the pool; its variants that meet the accuracy asked for are ours of one accuracy on several pools. ' +
    'A move has to pay for its boots within payBackSeconds, our choice. It has no Lambda, so requests queue.',
  cadenceSeconds: 2,
  parameters: [
    {
      name: 'scaleOutAt',
      unit: 'share',
      default: 0.8,
      min: 0.05,
      max: 1,
      meaning: 'utilisation from which a VM is added; the published code has 0.8 for CPU and GPU, 0.7 for Inferentia',
      tune: [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
    },
    {
      name: 'backOffChecks',
      unit: 'checks',
      default: 15,
      min: 0,
      max: 10000,
      whole: true,
      meaning: 'after a VM was added, none is for this many decisions',
      tune: [0, 5, 15, 30],
    },
    {
      name: 'idleStrikes',
      unit: 'checks',
      default: 15,
      min: 1,
      max: 100000,
      whole: true,
      meaning: 'a VM goes after this many decisions on end in which fewer would do',
      tune: [5, 15, 60, 150, 300, 900],
    },
    {
      name: 'payBackSeconds',
      unit: 's',
      default: 3600,
      min: 1,
      max: 86400,
      meaning: 'a move to another pool must save its boots within this time',
      tune: [900, 3600, 14400],
    },
    optionalWaitShare,
    optionalHeadroom,
  ],
  create(profile, prices, values) {
    const { setting, pools } = fleetSettingOf(profile, prices);
    const scaler = new InfaasScaler(pools, values);
    return new FleetRule({
      name: 'infaas',
      setting,
      size: (observation) => scaler.size(observation, presentCounts(setting, observation)),
      spill: optionalSpill(setting, values),
    });
  },
});

interface Knobs {
  readonly scaleOutAt: number;
  readonly backOffChecks: number;
  readonly idleStrikes: number;
  readonly payBackSeconds: number;
}

class InfaasScaler {
  readonly #pools: readonly FleetPool[];
  readonly #knobs: Knobs;
  /** The pool that grows and shrinks; null: not looked yet. */
  #current: FleetPool | null = null;
  #seenUntil = Number.NEGATIVE_INFINITY;
  #backOff = 0;
  #strikes = 0;

  constructor(pools: readonly FleetPool[], knobs: Knobs) {
    this.#pools = pools;
    this.#knobs = knobs;
  }

  /** @param present [pool of the profile] VMs asked for */
  size(observation: Observation, present: readonly number[]) {
    const rate = newestRate(observation);
    this.#current ??= this.#largest(present);
    const busy = busyShare(observation, this.#current.pool);
    if (rate === null || busy === null) return null;
    const until = seenUntilSeconds(observation)!;
    const isNews = until > this.#seenUntil;
    this.#seenUntil = until;
    if (!isNews) return { vmCounts: present, because: 'nothing new was measured' };
    if (this.#isDue(busy, rate, present)) this.#current = this.#cheapest(rate, present);
    const vms = this.#resize(this.#current, busy, rate, present[this.#current.pool] ?? 0);
    const vmCounts = this.#letGo(observation, rate, present, vms);
    const because =
      `${short(100 * busy)} % busy at ${short(rate)} req/s, threshold ${short(100 * this.#knobs.scaleOutAt)} %, ${count(vms)} of ${this.#current.name} wanted ` +
      `(${this.#strikes} of ${this.#knobs.idleStrikes} idle strikes)`;
    return { vmCounts, because };
  }

  #largest(present: readonly number[]): FleetPool {
    const capacity = ({ pool, perSecond }: FleetPool) => (present[pool] ?? 0) * perSecond;
    return this.#pools.reduce((best, one) => (capacity(one) > capacity(best) ? one : best));
  }

  #needed({ perSecond }: FleetPool, rate: number): number {
    return Math.ceil(rate / (perSecond * this.#knobs.scaleOutAt));
  }

  /** By the dollars per second of the VMs that the load needs, and of the boots of those that are not there, spread over the pay-back time. */
  #cheapest(rate: number, present: readonly number[]): FleetPool {
    const usd = (one: FleetPool) => {
      const needed = Math.max(one.min, this.#needed(one, rate));
      const missing = Math.max(0, needed - (present[one.pool] ?? 0));
      return one.usdPerSecond * (needed + (missing * one.bootSeconds) / this.#knobs.payBackSeconds);
    };
    const able = this.#pools.filter((one) => this.#needed(one, rate) <= one.max);
    return able.reduce((best, one) => (usd(one) < usd(best) ? one : best), this.#current!);
  }

  /** Pools are compared when the load has left the present one's range, up or down. */
  #isDue(busy: number, rate: number, present: readonly number[]): boolean {
    return busy >= this.#knobs.scaleOutAt || this.#isIdle(this.#current!, rate, present[this.#current!.pool] ?? 0);
  }

  #isIdle({ perSecond }: FleetPool, rate: number, vms: number): boolean {
    return rate * (1 + slackShare) <= (vms - 1) * perSecond * this.#knobs.scaleOutAt;
  }

  #resize(pool: FleetPool, busy: number, rate: number, vms: number): number {
    this.#backOff = Math.max(0, this.#backOff - 1);
    this.#strikes = this.#isIdle(pool, rate, vms) ? this.#strikes + 1 : 0;
    if (vms === 0 || (busy >= this.#knobs.scaleOutAt && this.#backOff === 0)) {
      this.#backOff = this.#knobs.backOffChecks;
      // A pool that is moved to starts with what the load needs.
      return vms === 0 ? this.#needed(pool, rate) : vms + 1;
    }
    if (this.#strikes < this.#knobs.idleStrikes) return vms;
    this.#strikes = 0;
    return vms - 1;
  }

  /** The other pools go once the present one carries the load. */
  #letGo(observation: Observation, rate: number, present: readonly number[], vms: number): number[] {
    const { pool, perSecond } = this.#current!;
    const carries = (observation.pools[pool]?.ready ?? 0) * perSecond >= rate;
    return present.map((there, index) => {
      if (index === pool) return vms;
      return carries ? 0 : there;
    });
  }
}

/** Of the pool, or while none of its VMs is ready of the busiest other one; null: absent. */
function busyShare({ utilization }: Observation, pool: number): number | null {
  const known = utilization.flatMap((one) => (one === null ? [] : [one.value]));
  return utilization[pool]?.value ?? (known.length > 0 ? Math.max(...known) : null);
}
