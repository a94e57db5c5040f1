import type { Random } from '../random.ts';
import type { PoolState } from '../types.ts';
import type { VmPool } from '../vm-pool.ts';
import type { SpotMarket } from './spot-market.ts';

export interface FleetChange {
  readonly launches: number;
  readonly terminations: number;
  readonly interruptions: number;
  /** VM time billed beyond what the VMs that were live before are billed for: drains, notices, the rest of the minimum, and launches within. */
  readonly extraBilledSeconds: number;
}

const nothing: FleetChange = { launches: 0, terminations: 0, interruptions: 0, extraBilledSeconds: 0 };

/**
 * The VMs of one pool: launched VMs boot for a random time and are billed from launch. Scale-in takes the newest booting VM first, then
 * the newest ready one; it drains, billed, and a VM is billed for the minimum at least
 * (EC2 bills per second with a 60 s minimum). A spot VM that is interrupted takes no request from its notice on, is billed until it is gone, and is
 * replaced at its notice (Capacity Rebalancing of an Auto Scaling group), or once the shortage is over.
 */
export class Fleet {
  readonly #pool: VmPool;
  readonly #minimumBilledSeconds: number;
  readonly #random: Random;
  /** Null: on demand. */
  readonly #market: SpotMarket | null;
  #desired: number;
  /** Launch times of the ready VMs, oldest first. */
  readonly #ready: number[] = [];
  /** Of the booting VMs, in order of launch. */
  readonly #bootingLaunch: number[] = [];
  readonly #bootingReady: number[] = [];

  constructor(
    pool: VmPool,
    minimumBilledSeconds: number,
    random: Random,
    initialReady: number,
    market: SpotMarket | null = null,
  ) {
    this.#pool = pool;
    this.#minimumBilledSeconds = minimumBilledSeconds;
    this.#random = random;
    this.#market = market;
    this.#desired = initialReady;
    for (let count = 0; count < initialReady; count++) this.#ready.push(Number.NEGATIVE_INFINITY);
    market?.hold(initialReady, 0);
  }

  get ready(): number {
    return this.#ready.length;
  }

  get live(): number {
    return this.#ready.length + this.#bootingLaunch.length;
  }

  state(): PoolState {
    const counts = { ready: this.#ready.length, booting: this.#bootingLaunch.length };
    if (!this.#market?.isShort) return counts;
    const said = `The launches of ${this.#pool.name} fail (no spot capacity)`;
    return { ...counts, hindrances: [{ kind: 'capacity-failure', forbids: 'launch', said }] };
  }

  /** Makes the desired number of VMs live at `now`, as far as there is capacity for them. */
  scaleTo(desired: number, now: number): FleetChange {
    const before = this.#market ? this.runUntil(now, now) : nothing;
    this.#desired = desired;
    if (!this.#market && this.live === desired) return nothing;
    const launches = this.#launchMissing(now);
    const terminations = Math.max(0, this.live - desired);
    let { extraBilledSeconds } = before;
    for (let count = 0; count < terminations; count++) extraBilledSeconds += this.#terminate(now);
    this.#market?.hold(this.live, now);
    return {
      launches: before.launches + launches,
      terminations,
      interruptions: before.interruptions,
      extraBilledSeconds,
    };
  }

  /** When a booting VM is ready next, or the market takes or gives; infinity: never. */
  nextChangeAt(): number {
    return this.#market ? Math.min(this.#nextReadyAt(), this.#market.nextAt) : this.#nextReadyAt();
  }

  /**
   * Lets pass what happens up to `now`: VMs become ready, are interrupted, are replaced. The live VMs are taken to be billed until
   * `billedUntil` already.
   */
  runUntil(now: number, billedUntil: number): FleetChange {
    const market = this.#market;
    if (!market) {
      this.#finishBoots(now);
      return nothing;
    }
    let launches = 0;
    let interruptions = 0;
    let extraBilledSeconds = 0;
    for (let time = market.nextAt; time <= now; time = market.nextAt) {
      this.#finishBoots(time);
      const taken = market.happen();
      for (const place of taken) extraBilledSeconds += this.#takeBack(place, time);
      const launched = this.#launchMissing(time);
      market.hold(this.live, time);
      launches += launched;
      interruptions += taken.length;
      extraBilledSeconds += (launched - taken.length) * (billedUntil - time);
    }
    this.#finishBoots(now);
    return { launches, terminations: 0, interruptions, extraBilledSeconds };
  }

  #nextReadyAt(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const readyAt of this.#bootingReady) if (readyAt < next) next = readyAt;
    return next;
  }

  /** Moves the VMs whose boot has ended by `now` to the ready ones. */
  #finishBoots(now: number): void {
    for (let index = 0; index < this.#bootingReady.length; ) {
      if (this.#bootingReady[index]! > now) {
        index++;
        continue;
      }
      this.#ready.push(this.#forgetBoot(index));
    }
  }

  /** By its place among the live ones: first the ready, then the booting. Returns for how long it is billed yet. */
  #takeBack(place: number, now: number): number {
    const isReady = place < this.#ready.length;
    const launchedAt = isReady ? this.#ready.splice(place, 1)[0]! : this.#forgetBoot(place - this.#ready.length);
    return Math.max(this.#pool.spot!.noticeSeconds, this.#minimumBilledSeconds - (now - launchedAt));
  }

  /** Returns when it was launched. */
  #forgetBoot(index: number): number {
    this.#bootingReady.splice(index, 1);
    return this.#bootingLaunch.splice(index, 1)[0]!;
  }

  #launchMissing(now: number): number {
    const launches = this.#market?.isShort ? 0 : Math.max(0, this.#desired - this.live);
    for (let count = 0; count < launches; count++) this.#launch(now);
    return launches;
  }

  #launch(now: number): void {
    this.#bootingLaunch.push(now);
    this.#bootingReady.push(now + this.#random.lognormal(this.#pool.boot.medianSeconds, this.#pool.boot.sigma));
  }

  #terminate(now: number): number {
    const booting = this.#bootingLaunch.pop();
    if (booting !== undefined) {
      this.#bootingReady.pop();
      return Math.max(0, this.#minimumBilledSeconds - (now - booting));
    }
    const launchedAt = this.#ready.pop()!;
    return Math.max(this.#pool.drainSeconds, this.#minimumBilledSeconds - (now - launchedAt));
  }
}
