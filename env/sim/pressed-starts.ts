import type { BusySlots } from './busy-slots.ts';
import type { Congestion } from './congestion.ts';
import type { FluidRungs } from './fluid-rungs.ts';
import type { LineLimits } from './line-limits.ts';

/** What of the lines the credit looks at. */
export interface CreditParts {
  readonly rungs: FluidRungs;
  readonly limits: LineLimits;
  readonly congestion: Congestion;
  readonly busy: BusySlots;
}

/** A second of the fluid. */
export interface Second {
  offered: number;
  /** Of the others each request finds, less this. */
  counted: number;
  /** In the lines of the classes, and with those behind them, at its start. */
  waiting: number;
  inside: number;
  /** Requests per second of which an arrival finds as many at work. */
  seen: number;
}

/** Which share of a second's starts is under pressure, and so wanted of smaller variants, where everybody may wait. */
export class PressedStarts {
  readonly #rungs: FluidRungs;
  readonly #limits: LineLimits;
  readonly #congestion: Congestion;
  readonly #busy: BusySlots;
  readonly #second: Second;

  constructor({ rungs, limits, congestion, busy }: CreditParts, second: Second) {
    this.#rungs = rungs;
    this.#limits = limits;
    this.#congestion = congestion;
    this.#busy = busy;
    this.#second = second;
  }

  /** Share of the starts by smaller variants that holds the line where it is pressed. */
  byLine(): number {
    const rungs = this.#rungs;
    const { pressed } = this.#limits;
    const last = pressed.length - 1;
    const atWork = this.#busy.busy;
    this.#busy.measure(rungs.servers, rungs.capacityInForce);
    this.#busy.run(this.#second.offered, this.#second.counted, this.#second.inside);
    const { startable, saturated } = this.#busy;
    this.#busy.goBack(atWork);
    const above = this.#aboveLine(startable, pressed[last]!);
    const excess = this.#second.waiting + this.#second.offered - startable - pressed[last]!;
    if (!(excess > 0) || saturated === 0) return above;
    const more = Math.min(excess, (rungs.smallestCapacity - rungs.capacityInForce) * saturated);
    const saved = rungs.servers / rungs.capacityInForce - rungs.servers / rungs.smallestCapacity;
    const started = startable + more;
    return Math.max(above, Math.min(1, (more * rungs.servers) / rungs.capacityInForce / saved / started));
  }

  /** Share of the starts until a line that is pressed at the second's start is no more, all by smaller variants. */
  #aboveLine(startable: number, pressed: number): number {
    const { offered, waiting } = this.#second;
    if (!(waiting > pressed)) return 0;
    const { smallestCapacity } = this.#rungs;
    const seconds = (waiting - pressed) / Math.max(smallestCapacity - offered, 1e-9);
    if (seconds >= 1) return 1;
    return Math.min(1, (smallestCapacity * seconds) / Math.min(startable, waiting + offered));
  }

  /** Share of the arrivals that find the line pressed. */
  byChance(): number {
    const { allBusy, answered, pressed } = this.#congestion;
    const share = Math.max(0, allBusy * pressed - (1 - answered));
    return Math.min(1, share / Math.max(answered, 1e-9), this.#shareByWork(this.#second.offered * answered));
  }

  /** Share with which so many answers keep as many slots at work as are, all in the part of the time in which all are, and fewer in the rest. */
  #shareByWork(answered: number): number {
    const { allBusy, losses } = this.#congestion;
    const { servers, serviceSeconds, smallerShare, capacityInForce, smallestCapacity } = this.#rungs;
    const loss = Math.min(losses.loss, 0.999);
    const others = Math.max(0, this.#second.seen * serviceSeconds - (servers * loss) / (1 - loss));
    const atWork = servers * allBusy + others * (1 - allBusy);
    const saved = servers / capacityInForce - servers / smallestCapacity;
    return Math.max(0, smallerShare + (serviceSeconds - atWork / Math.max(answered, 1e-9)) / saved);
  }
}
