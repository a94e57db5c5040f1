import type { Random } from '../random.ts';
import type { SpotTerms } from '../spot-terms.ts';

/**
 * When AWS takes the spot VMs of one pool back, and when it has none to give. Each VM is interrupted at the same rate: partly alone, at an
 * exponential time of its own; partly in waves, a Poisson process of the pool, each of which takes a VM with the chance `reach` and begins a shortage.
 */
export class SpotMarket {
  readonly #reach: number;
  readonly #shortageSeconds: number;
  /** Per second and VM. */
  readonly #aloneRate: number;
  /** Per second. */
  readonly #waveRate: number;
  readonly #random: Random;
  #live = 0;
  /** Since when so many are live. */
  #since = 0;
  /** VM-seconds times their rate until the next is interrupted alone: exponential with mean 1, whatever the number of VMs does meanwhile. */
  #hazardLeft: number;
  #waveAt = Number.POSITIVE_INFINITY;
  /** Minus infinity: launches succeed. */
  #shortUntil = Number.NEGATIVE_INFINITY;

  constructor({ interruptionsPerHour, waves }: SpotTerms, random: Random) {
    const rate = interruptionsPerHour / 3600;
    this.#reach = waves.reach;
    this.#shortageSeconds = waves.shortageSeconds;
    this.#aloneRate = rate * (1 - waves.share);
    this.#waveRate = (rate * waves.share) / waves.reach;
    this.#random = random;
    this.#hazardLeft = random.exponential();
    this.#planWave(0);
  }

  get isShort(): boolean {
    return this.#shortUntil > Number.NEGATIVE_INFINITY;
  }

  /** When something happens next; infinity: nothing ever. */
  get nextAt(): number {
    return Math.min(this.#aloneAt, this.#waveAt, this.isShort ? this.#shortUntil : Number.POSITIVE_INFINITY);
  }

  /** From `now` on so many VMs are live. */
  hold(live: number, now: number): void {
    this.#hazardLeft -= this.#live * this.#aloneRate * (now - this.#since);
    this.#live = live;
    this.#since = now;
  }

  /** Lets happen what is due at `nextAt`; returns the VMs that are taken back, by their places among the live ones, the last first. */
  happen(): number[] {
    const time = this.nextAt;
    if (time === this.#waveAt) return this.#wave(time);
    if (time === this.#aloneAt) return this.#alone(time);
    this.#shortUntil = Number.NEGATIVE_INFINITY;
    return [];
  }

  get #aloneAt(): number {
    const rate = this.#live * this.#aloneRate;
    return rate > 0 ? this.#since + this.#hazardLeft / rate : Number.POSITIVE_INFINITY;
  }

  #alone(time: number): number[] {
    this.hold(this.#live, time);
    this.#hazardLeft = this.#random.exponential();
    return [this.#random.below(this.#live)];
  }

  #wave(time: number): number[] {
    this.#planWave(time);
    if (this.#shortageSeconds > 0) {
      this.#shortUntil = Math.max(this.#shortUntil, time + this.#shortageSeconds * this.#random.exponential());
    }
    const taken: number[] = [];
    for (let place = this.#live - 1; place >= 0; place--) {
      if (this.#random.uniform() < this.#reach) taken.push(place);
    }
    return taken;
  }

  #planWave(time: number): void {
    if (this.#waveRate > 0) this.#waveAt = time + this.#random.exponential() / this.#waveRate;
  }
}
