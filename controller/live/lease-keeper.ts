import type { Lease, Standing } from '../../env/lease.ts';
import type { Clock } from '../clock.ts';

/** Asks for a lease at every decision, and in between where decisions are rarer than a third of its life. */
export class LeaseKeeper {
  readonly #lease: Lease;
  readonly #clock: Clock;
  readonly #periodMs: number;
  #standing: Standing | null = null;
  #askedMs = -Infinity;
  #asking: Promise<Standing> | null = null;

  constructor(lease: Lease, seconds: number, clock: Clock) {
    this.#lease = lease;
    this.#clock = clock;
    this.#periodMs = (1000 * seconds) / 3;
  }

  /** As it was when it was asked for last; null: never. */
  get standing(): Standing | null {
    return this.#standing;
  }

  renew(): Promise<Standing> {
    this.#asking ??= this.#ask();
    return this.#asking;
  }

  /** Every second or so. */
  beat(): void {
    // Of a clock that was set back, too.
    if (Math.abs(this.#clock.now().getTime() - this.#askedMs) >= this.#periodMs) void this.renew();
  }

  async release(): Promise<void> {
    await this.#lease.release();
  }

  async #ask(): Promise<Standing> {
    this.#askedMs = this.#clock.now().getTime();
    try {
      this.#standing = await this.#lease.renew();
      return this.#standing;
    } finally {
      this.#asking = null;
    }
  }
}
