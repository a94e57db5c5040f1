import type { Action } from '../../types.ts';
import type { FleetView } from '../fleet/fleet-view.ts';
import { type Lever, type Pulled, pending } from './lever.ts';

/** A denied write is tried again so rarely, and at once after a restart. */
const deniedMs = 900_000;
/** A throttled one after this at first, then twice as long each time, up to eight times. */
const throttledMs = 30_000;
const mostDoublings = 3;

/** A lever that rests after it was denied or throttled, while the others go on. Nothing is kept for later: the next pull has its own action. */
export class RestedLever implements Lever {
  readonly name: string;
  readonly #lever: Lever;
  readonly #nowMs: () => number;
  readonly #random: () => number;
  #rest: { readonly untilMs: number; readonly as: Pulled } | null = null;
  #throttles = 0;

  /** `random`: uniform in [0, 1), so that many services do not come back together. */
  constructor(lever: Lever, nowMs: () => number, random: () => number) {
    this.name = lever.name;
    this.#lever = lever;
    this.#nowMs = nowMs;
    this.#random = random;
  }

  async pull(action: Action, fleet: FleetView): Promise<Pulled> {
    if (this.#rest !== null && this.#nowMs() < this.#rest.untilMs) return this.#rest.as;
    this.#rest = null;
    const pulled = await this.#lever.pull(action, fleet);
    const kind = pulled.fault?.kind;
    if (kind === 'denied') return this.#restAs({ ...pulled, state: 'disabled' }, deniedMs);
    this.#throttles = kind === 'throttled' ? Math.min(this.#throttles + 1, mostDoublings + 1) : 0;
    if (kind !== 'throttled') return pulled;
    const pauseMs = throttledMs * 2 ** (this.#throttles - 1) * (0.5 + this.#random());
    this.#rest = { untilMs: this.#nowMs() + pauseMs, as: pending(`${this.name}: throttled, left alone for now`) };
    return pulled;
  }

  #restAs(as: Pulled, forMs: number): Pulled {
    this.#rest = { untilMs: this.#nowMs() + forMs, as };
    return as;
  }
}
