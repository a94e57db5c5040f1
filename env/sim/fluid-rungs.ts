import { creditPrice, type Ladder, ladder, longestWaitSeconds, type Rung } from '../physics/budgets.ts';
import { erlangLoss } from '../physics/erlang.ts';
import type { ServiceProfile } from '../types.ts';
import type { Serving, ServingPool } from './fluid-fleets.ts';
import { RungShares } from './rung-shares.ts';

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
  readonly #profile: ServiceProfile;
  /** [pool] Null: the variant in force does not run there. */
  #ladders: (Ladder | null)[];
  /** [pool] With a line, where the variant in force has a larger one that answers somebody in time; else null. */
  #lined: (RungShares | null)[];
  /** [pool] The same without a line. */
  #first: (RungShares | null)[];
  /** [pool] Without a line, of the last pool that serves: its last slot is the last of all; null: no smaller variant. */
  #last: (RungShares | null)[];
  /** [pool] */
  readonly #secondsByLarger: Float64Array;

  constructor(profile: ServiceProfile) {
    this.#profile = profile;
    this.pools = profile.pools.map(() => ({ slots: 0, serviceSeconds: Number.POSITIVE_INFINITY }));
    this.#ladders = profile.pools.map(() => null);
    this.#lined = profile.pools.map(() => null);
    this.#first = this.#last = this.#lined;
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
    this.gainInForce = variants[variant]!.accuracy - accuracyFloor;
    this.#ladders = pools.map((_, pool) => ladder(this.#profile, pool, variant));
    this.#lined = this.#ladders.map((one) => (one?.larger ? this.#sharesOf(one, null, true) : null));
    this.#first = this.#ladders.map((one) => (one?.larger ? this.#sharesOf(one, null, false) : null));
    this.#last = this.#ladders.map((one) => (one?.smaller ? this.#sharesOf(one, one.smaller, false) : null));
  }

  #sharesOf({ inForce, larger }: Ladder, smaller: Rung | null, isLined: boolean): RungShares {
    const { serviceCv, slo } = this.#profile;
    let quickShare = 0;
    for (const { share, deadlineMs } of slo.classes) {
      if (larger && longestWaitSeconds(larger, serviceCv, deadlineMs) >= 0) quickShare += share;
    }
    const times = (other: Rung | null) => (other ? other.serviceSeconds / inForce.serviceSeconds : 1);
    const largerTimes = quickShare > 0 ? times(larger) : 1;
    return RungShares.of({ larger: largerTimes, smaller: times(smaller), serviceCv, quickShare, isLined });
  }

  /** Takes over how many slots serve. */
  measure({ pools, servers, readyVms }: Serving): void {
    const { accuracyFloor } = this.#profile;
    this.servers = servers;
    this.readyVms = readyVms;
    this.smallestCapacity = this.capacityInForce = this.smallerGain = this.price = 0;
    for (let pool = 0; pool < pools.length; pool++) {
      const rungs = this.#ladders[pool]!;
      const { slots } = pools[pool]!;
      this.pools[pool]!.slots = slots;
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

  /** Where nobody may wait, finds the larger ones, and the smaller ones that the last pool would want; returns that share of all starts. */
  findUnlined(rate: number): number {
    this.#forgetLarger();
    let part = 1;
    let smaller = 0;
    const last = this.pools.findLastIndex((one) => one.slots > 0);
    for (let pool = 0; pool <= last; pool++) {
      const { slots } = this.pools[pool]!;
      if (slots === 0) continue;
      const load = rate * part * this.#ladders[pool]!.inForce.serviceSeconds;
      const shares = (pool === last ? this.#last : this.#first)[pool]!;
      if (shares) {
        shares.find(load, slots);
        this.#addLarger(pool, shares, part);
        if (pool === last) smaller = part * shares.smaller * (1 - shares.busy);
      }
      part *= shares?.busy ?? erlangLoss(load, slots);
    }
    this.busyByLarger = part;
    return part < 1 ? smaller / (1 - part) : 0;
  }

  /** Finds how many of so many requests per second, of which none waits, are answered by larger variants; where some wait, none. */
  findLarger(rate: number, isWaiting: boolean): void {
    this.#forgetLarger();
    if (isWaiting || rate <= 0) return;
    let part = 1;
    const last = this.pools.findLastIndex((one) => one.slots > 0);
    for (let pool = 0; pool <= last; pool++) {
      const { slots } = this.pools[pool]!;
      if (slots === 0) continue;
      const load = rate * part * this.#ladders[pool]!.inForce.serviceSeconds;
      const lined = this.#lined[pool]!;
      if (!lined) {
        part *= erlangLoss(load, slots);
        continue;
      }
      const blocked = pool === last ? 1 : this.#blockedBehind(pool, load, rate * part);
      lined.find(load, slots);
      this.#addLarger(pool, lined, part * blocked, blocked);
      let { busy } = lined;
      if (blocked < 1) {
        const first = this.#first[pool]!;
        first.find(load, slots);
        this.#addLarger(pool, first, part * (1 - blocked), 1 - blocked);
        busy = blocked * busy + (1 - blocked) * first.busy;
      }
      part *= busy;
      if (pool === last) this.busyByLarger = part;
    }
  }

  /** Of so many requests per second, share that finds the pools behind full as well, and so waits. */
  #blockedBehind(pool: number, load: number, rate: number): number {
    let slots = 0;
    let capacity = 0;
    for (let behind = pool + 1; behind < this.pools.length; behind++) {
      const one = this.pools[behind]!;
      if (one.slots === 0) continue;
      slots += one.slots;
      capacity += one.slots / this.#ladders[behind]!.inForce.serviceSeconds;
    }
    const turnedAway = rate * erlangLoss(load, this.pools[pool]!.slots);
    return erlangLoss((turnedAway * slots) / capacity, slots);
  }

  #forgetLarger(): void {
    this.largerShare = this.largerGain = this.busyByLarger = 0;
    this.#secondsByLarger.fill(0);
  }

  /** Only so large a share of the starts is as found. */
  thinLarger(share: number): void {
    this.largerShare *= share;
    for (let pool = 0; pool < this.#secondsByLarger.length; pool++) this.#secondsByLarger[pool]! *= share;
  }

  /** A pool that is offered this part of all requests, in this share of the time. */
  #addLarger(pool: number, shares: RungShares, part: number, time = 1): void {
    const { inForce, larger } = this.#ladders[pool]!;
    if (!larger || shares.larger === 0) return;
    const share = part * shares.larger;
    this.#secondsByLarger[pool]! += time * shares.larger * (larger.serviceSeconds - inForce.serviceSeconds);
    if (share === 0) return;
    this.largerGain =
      (this.largerGain * this.largerShare + share * (larger.accuracy - inForce.accuracy)) / (this.largerShare + share);
    this.largerShare += share;
  }

  /** Has so large a share of the starts answered by smaller variants, beside the larger ones. */
  mix(smallerShare: number): void {
    this.smallerShare = smallerShare;
    this.capacity = 0;
    for (let pool = 0; pool < this.pools.length; pool++) {
      const one = this.pools[pool]!;
      const rungs = this.#ladders[pool]!;
      if (one.slots === 0) continue;
      const { inForce, smaller } = rungs!;
      one.serviceSeconds = inForce.serviceSeconds + this.#secondsByLarger[pool]!;
      if (smaller) one.serviceSeconds += smallerShare * (smaller.serviceSeconds - inForce.serviceSeconds);
      this.capacity += one.slots / one.serviceSeconds;
    }
  }
}
