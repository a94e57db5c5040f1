import type { Random } from '../random.ts';
import type { PoolState } from '../types.ts';
import type { VmPool } from '../vm-pool.ts';

export interface FleetChange {
  readonly launches: number;
  readonly terminations: number;
  /** VM time billed beyond the lifetime of the VMs that went: their drain, and the rest of the minimum. */
  readonly extraBilledSeconds: number;
}

/**
 * The VMs of one pool: launched VMs boot for a random time and are billed from launch. Scale-in takes the newest booting VM first, then
 * the newest ready one; it drains, billed, and a VM is billed for the minimum at least
 * (EC2 bills per second with a 60 s minimum).
 */
export class Fleet {
  readonly #pool: VmPool;
  readonly #minimumBilledSeconds: number;
  readonly #random: Random;
  /** Launch times of the ready VMs, oldest first. */
  readonly #ready: number[] = [];
  /** Of the booting VMs, in order of launch. */
  readonly #bootingLaunch: number[] = [];
  readonly #bootingReady: number[] = [];

  constructor(pool: VmPool, minimumBilledSeconds: number, random: Random, initialReady: number) {
    this.#pool = pool;
    this.#minimumBilledSeconds = minimumBilledSeconds;
    this.#random = random;
    for (let count = 0; count < initialReady; count++) this.#ready.push(Number.NEGATIVE_INFINITY);
  }

  get ready(): number {
    return this.#ready.length;
  }

  get live(): number {
    return this.#ready.length + this.#bootingLaunch.length;
  }

  state(): PoolState {
    return { ready: this.#ready.length, booting: this.#bootingLaunch.length };
  }

  /** Makes the desired number of VMs live at `now`. */
  scaleTo(desired: number, now: number): FleetChange {
    const launches = Math.max(0, desired - this.live);
    const terminations = Math.max(0, this.live - desired);
    for (let count = 0; count < launches; count++) this.#launch(now);
    let extraBilledSeconds = 0;
    for (let count = 0; count < terminations; count++) extraBilledSeconds += this.#terminate(now);
    return { launches, terminations, extraBilledSeconds };
  }

  /** When the next booting VM is ready; infinity where none boots. */
  nextReadyAt(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const readyAt of this.#bootingReady) if (readyAt < next) next = readyAt;
    return next;
  }

  /** Moves the VMs whose boot has ended by `now` to the ready ones, and returns how many. */
  finishBoots(now: number): number {
    let finished = 0;
    for (let index = 0; index < this.#bootingReady.length; ) {
      if (this.#bootingReady[index]! > now) {
        index++;
        continue;
      }
      this.#ready.push(this.#bootingLaunch[index]!);
      this.#bootingLaunch.splice(index, 1);
      this.#bootingReady.splice(index, 1);
      finished++;
    }
    return finished;
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
