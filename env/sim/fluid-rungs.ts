import { creditPrice, type Ladder, ladder, longestWaitSeconds, type Rung } from '../physics/budgets.ts';
import type { ServiceProfile } from '../types.ts';
import type { Serving, ServingPool } from './fluid-fleets.ts';
import type { CountedOutcome } from './router-tally.ts';
import type { RungRule, RungTimes } from './rung-count.ts';
import { RungShares } from './rung-shares.ts';

/** Of a pool where the variant in force does not run. */
const idle: RungTimes = { inForce: 1, larger: 1, smaller: 1, quickShare: 0 };

/** The serving pools as the accuracy budget has them answer in a second: some requests by a smaller variant, some by a larger one. */
export class FluidRungs implements Serving {
  /** With the mean service times of the second. */
  readonly pools: readonly ServingPool[];
  servers = 0;
  readyVms = 0;
  /** Requests per second of the second; were all answered by the variant in force; and by the smaller ones. */
  capacity = 0;
  capacityInForce = 0;
  smallestCapacity = 0;
  /** What an answer in force adds to the credit; what one by a smaller, and by a larger variant adds to that. */
  gainInForce = 0;
  smallerGain = 0;
  largerGain = 0;
  /** What a smaller answer takes from the credit. */
  price = 0;
  /** Of the starts of the second. */
  smallerShare = 0;
  largerShare = 0;
  /** Share of the arrivals that finds all slots at work though the load is light, because of larger variants. */
  busyByLarger = 0;
  /** How often slots or variants were new. */
  changes = 0;
  readonly #profile: ServiceProfile;
  /** [pool] Null: the variant in force does not run there. */
  ladders: readonly (Ladder | null)[];
  /** With a line, where the variant in force has a larger one on some pool; else null. */
  #lined: RungShares | null = null;
  /** Without a line; null: no smaller variant. */
  #unlined: RungShares | null = null;
  /** [pool] */
  readonly #slots: number[];
  readonly #secondsByLarger: Float64Array;

  constructor(profile: ServiceProfile) {
    this.#profile = profile;
    this.pools = profile.pools.map(() => ({ slots: 0, serviceSeconds: Number.POSITIVE_INFINITY }));
    this.ladders = profile.pools.map(() => null);
    this.#slots = profile.pools.map(() => 0);
    this.#secondsByLarger = new Float64Array(profile.pools.length);
  }

  get serviceSeconds(): number {
    return this.servers > 0 ? this.servers / this.capacity : 0;
  }

  /** Whether a smaller variant can answer anything. */
  get canShrink(): boolean {
    return this.smallestCapacity > this.capacityInForce;
  }

  serve(variant: number): void {
    const { accuracyFloor, pools, variants } = this.#profile;
    this.changes++;
    this.gainInForce = variants[variant]!.accuracy - accuracyFloor;
    this.ladders = pools.map((_, pool) => ladder(this.#profile, pool, variant));
    this.#lined = this.ladders.some((one) => one?.larger) ? RungShares.of(this.#rule(true)) : null;
    this.#unlined = this.ladders.some((one) => one?.smaller) ? RungShares.of(this.#rule(false)) : null;
  }

  #rule(isLined: boolean): RungRule {
    const { serviceCv } = this.#profile;
    const unit = this.ladders.find((one) => one)!.inForce.serviceSeconds;
    const pools = this.ladders.map((one) => (one ? this.#timesOf(one, unit, isLined) : idle));
    return { pools, serviceCv, isLined };
  }

  #timesOf({ inForce, larger, smaller }: Ladder, unit: number, isLined: boolean): RungTimes {
    const { serviceCv, slo } = this.#profile;
    let quickShare = 0;
    for (const { share, deadlineMs } of slo.classes) {
      if (larger && longestWaitSeconds(larger, serviceCv, deadlineMs) >= 0) quickShare += share;
    }
    const times = (other: Rung | null) => (other ? other.serviceSeconds / inForce.serviceSeconds : 1);
    return {
      inForce: inForce.serviceSeconds / unit,
      larger: quickShare > 0 ? times(larger) : 1,
      smaller: isLined ? 1 : times(smaller),
      quickShare,
    };
  }

  /** Takes over how many slots serve. */
  measure({ pools, servers, readyVms }: Serving): void {
    const { accuracyFloor } = this.#profile;
    this.servers = servers;
    this.readyVms = readyVms;
    this.smallestCapacity = this.capacityInForce = this.smallerGain = this.price = 0;
    for (let pool = 0; pool < pools.length; pool++) {
      const rungs = this.ladders[pool]!;
      const { slots } = pools[pool]!;
      if (slots !== this.#slots[pool]) this.changes++;
      this.pools[pool]!.slots = this.#slots[pool] = slots;
      if (slots === 0) continue;
      const { inForce, smaller } = rungs!;
      const capacity = slots / (smaller ?? inForce).serviceSeconds;
      this.capacityInForce += slots / inForce.serviceSeconds;
      this.smallestCapacity += capacity;
      if (!smaller) continue;
      this.smallerGain += capacity * (smaller.accuracy - inForce.accuracy);
      this.price = Math.max(this.price, creditPrice(smaller, accuracyFloor));
    }
    if (servers > 0) this.smallerGain /= this.smallestCapacity;
    this.#secondsByLarger.fill(0);
    this.largerShare = 0;
    this.mix(0);
  }

  /** Where nobody may wait, finds the larger ones, and the smaller ones that the last free slot would have; returns that share of all starts. */
  findUnlined(rate: number): number {
    this.forget();
    if (!this.#unlined || this.servers === 0) return 0;
    this.#find(this.#unlined, rate);
    const { busy, smaller } = this.#unlined;
    return busy < 1 ? (smaller * (1 - busy)) / (1 - busy) : 0;
  }

  /** Finds how many of so many requests per second, of which none waits, are answered by larger variants; where some wait, none. */
  findLarger(rate: number, isWaiting: boolean): void {
    this.forget();
    if (!isWaiting && rate > 0 && this.#lined && this.servers > 0) this.#find(this.#lined, rate);
  }

  #find(shares: RungShares, rate: number): void {
    const unit = this.ladders.find((one) => one)!.inForce.serviceSeconds;
    shares.find(rate * unit, this.#slots);
    this.busyByLarger = shares.busy;
    for (let pool = 0; pool < this.#slots.length; pool++) {
      const share = shares.larger[pool]!;
      if (share > 0) this.#addLarger(this.ladders[pool]!, pool, share, share / shares.started[pool]!);
    }
  }

  forget(): void {
    this.largerShare = this.largerGain = this.busyByLarger = 0;
    this.#secondsByLarger.fill(0);
  }

  /** Only so large a share of the starts is as found. */
  thinLarger(share: number): void {
    this.largerShare *= share;
    for (let pool = 0; pool < this.#secondsByLarger.length; pool++) this.#secondsByLarger[pool]! *= share;
  }

  /** Adds to the larger ones those of this outcome, in so large a part of the second. */
  add({ larger, started }: CountedOutcome, weight: number): void {
    for (let pool = 0; pool < larger.length; pool++) {
      const share = larger[pool]!;
      if (share > 0) this.#addLarger(this.ladders[pool]!, pool, weight * share, (weight * share) / started[pool]!);
    }
  }

  /** What the larger ones of an outcome add to the credit, per start. */
  gainByLarger({ larger }: CountedOutcome): number {
    let gain = 0;
    for (let pool = 0; pool < larger.length; pool++) {
      if (larger[pool]! === 0) continue;
      const rungs = this.ladders[pool]!;
      gain += larger[pool]! * (rungs.larger!.accuracy - rungs.inForce.accuracy);
    }
    return gain;
  }

  /** Of all starts this share, and of those in the pool that. */
  #addLarger({ inForce, larger }: Ladder, pool: number, share: number, shareThere: number): void {
    this.#secondsByLarger[pool]! += shareThere * (larger!.serviceSeconds - inForce.serviceSeconds);
    this.largerGain =
      (this.largerGain * this.largerShare + share * (larger!.accuracy - inForce.accuracy)) / (this.largerShare + share);
    this.largerShare += share;
  }

  /** Has so large a share of the starts answered by smaller variants, beside the larger ones. */
  mix(smallerShare: number): void {
    this.smallerShare = smallerShare;
    this.capacity = 0;
    for (let pool = 0; pool < this.pools.length; pool++) {
      const one = this.pools[pool]!;
      const rungs = this.ladders[pool]!;
      if (one.slots === 0) continue;
      const { inForce, smaller } = rungs!;
      one.serviceSeconds = inForce.serviceSeconds + this.#secondsByLarger[pool]!;
      if (smaller) one.serviceSeconds += smallerShare * (smaller.serviceSeconds - inForce.serviceSeconds);
      this.capacity += one.slots / one.serviceSeconds;
    }
  }
}
