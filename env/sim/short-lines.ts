import { longestWaitSeconds } from '../physics/budgets.ts';
import type { ServiceProfile } from '../types.ts';
import type { CreditAccount } from './credit-account.ts';
import type { FluidRungs } from './fluid-rungs.ts';
import type { LineLimits } from './line-limits.ts';
import { type CountedOutcome, type CountedRouter, countRouter } from './router-count.ts';

/** Lines in which nobody waits for longer come and go within a second. */
const shortSeconds = 0.1;
/** Slots of which a count does not take too long. */
const mostSlots = 64;
/** A rate u of the capacity is kept at u/(1 + u) of the cells. */
const cells = 64;
/** Outcomes that are kept for all worlds. */
const mostKnown = 20_000;

/**
 * The router with an accuracy budget in front of lines that come and go within a second: who overflows, and which variants answer, counted
 * on the rule itself (router-count.ts) at the rates next to that of the second and of the one before, whose requests are still at work at
 * its start. No closed form fits: places in line are few and differ by class, and each start is decided by those before. It is counted with
 * credit for whatever is wanted, and with none; where the credit pays for a part, it is as if there were credit for part of the time.
 */
export class ShortLines {
  static readonly #known = new Map<string, CountedOutcome>();

  /** Whether the lines are such. */
  isShort = false;
  readonly overflow: Float64Array;
  readonly late: Float64Array;
  busy = 0;
  readonly #profile: ServiceProfile;
  readonly #rungs: FluidRungs;
  readonly #limits: LineLimits;
  /** [cell] */
  #paid: (CountedOutcome | undefined)[] = [];
  #unpaid: (CountedOutcome | undefined)[] = [];
  #changes = -1;
  /** The cells of a second. */
  readonly #mix: { readonly cell: number; readonly weight: number }[] = [];

  constructor(profile: ServiceProfile, rungs: FluidRungs, limits: LineLimits) {
    this.#profile = profile;
    this.#rungs = rungs;
    this.#limits = limits;
    this.overflow = new Float64Array(profile.slo.classes.length);
    this.late = new Float64Array(profile.slo.classes.length);
  }

  /** The slots, the waits or the variant are new. */
  measure(): void {
    const { changes, servers } = this.#rungs;
    this.#changes = changes;
    this.#paid = [];
    this.#unpaid = [];
    this.isShort =
      this.#profile.queueLimit === null &&
      servers > 0 &&
      servers <= mostSlots &&
      this.#limits.longestWaitSeconds <= shortSeconds;
  }

  /** Takes a second with so many requests after one with `lastRate`, whose are at work for half a service more in the mean. */
  find(offered: number, lastRate: number, account: CreditAccount): void {
    if (this.#changes !== this.#rungs.changes) this.measure();
    const before = Math.min(1, this.#rungs.serviceSeconds) / 2;
    this.#mix.length = 0;
    this.#put(offered, 1 - before);
    this.#put(lastRate, before);
    const paid = this.#paidPart(account.credit / Math.max(offered, 1));
    this.#rungs.forget();
    this.overflow.fill(0);
    this.late.fill(0);
    this.busy = 0;
    let smaller = 0;
    for (const { cell, weight } of this.#mix) {
      smaller += this.#add(this.#at(cell, true), weight * paid) + this.#add(this.#at(cell, false), weight * (1 - paid));
    }
    this.#rungs.mix(smaller);
  }

  /** In the cells next to a rate. */
  #put(rate: number, weight: number): void {
    const perCapacity = rate / this.#rungs.capacityInForce;
    const position = Math.max(1, Math.min((perCapacity / (1 + perCapacity)) * cells, cells - 1.001));
    const cell = position | 0;
    this.#mix.push(
      { cell, weight: weight * (1 - position + cell) },
      { cell: cell + 1, weight: weight * (position - cell) },
    );
  }

  /** Returns the smaller answers that this adds. */
  #add(outcome: CountedOutcome, weight: number): number {
    if (weight === 0) return 0;
    this.busy += weight * outcome.busy;
    for (let k = 0; k < this.overflow.length; k++) {
      this.overflow[k]! += weight * outcome.overflow[k]!;
      this.late[k]! += weight * outcome.late[k]!;
    }
    this.#rungs.add(outcome, weight);
    return weight * outcome.smaller;
  }

  /** Of the smaller answers that are wanted, the part that the credit pays for: what is spent is what comes in. */
  #paidPart(credit: number): number {
    const { canShrink, gainInForce, smallerGain } = this.#rungs;
    if (!canShrink) return 0;
    let paid = credit + gainInForce;
    let unpaid = paid;
    for (const { cell, weight } of this.#mix) {
      const one = this.#at(cell, true);
      paid += weight * (this.#rungs.gainByLarger(one) + one.smaller * smallerGain);
      unpaid += weight * this.#rungs.gainByLarger(this.#at(cell, false));
    }
    return paid >= 0 ? 1 : Math.max(0, Math.min(1, unpaid / (unpaid - paid)));
  }

  #at(cell: number, hasCredit: boolean): CountedOutcome {
    const outcomes = hasCredit ? this.#paid : this.#unpaid;
    outcomes[cell] ??= this.#count(cell, hasCredit);
    return outcomes[cell];
  }

  #count(cell: number, hasCredit: boolean): CountedOutcome {
    const rate = (this.#rungs.capacityInForce * cell) / (cells - cell);
    const router = this.#router(rate, hasCredit);
    const key = JSON.stringify([router, rate]);
    let known = ShortLines.#known.get(key);
    if (!known) {
      if (ShortLines.#known.size >= mostKnown) ShortLines.#known.clear();
      known = countRouter(router, rate);
      ShortLines.#known.set(key, known);
    }
    return known;
  }

  #router(rate: number, hasCredit: boolean): CountedRouter {
    const { serviceCv, slo } = this.#profile;
    const limits = this.#limits;
    const { ladders, pools, capacityInForce, smallestCapacity } = this.#rungs;
    return {
      pools: pools.map(({ slots }, pool) => {
        const { inForce, larger, smaller } = ladders[pool] ?? { inForce: null, larger: null, smaller: null };
        const isQuick = slo.classes.map(
          ({ deadlineMs }) => larger !== null && longestWaitSeconds(larger, serviceCv, deadlineMs) >= 0,
        );
        return {
          slots,
          serviceSeconds: inForce?.serviceSeconds ?? 1,
          smallerSeconds: smaller?.serviceSeconds ?? null,
          largerSeconds: larger?.serviceSeconds ?? null,
          isQuick,
        };
      }),
      serviceCv,
      shares: slo.classes.map((one) => one.share),
      slackSeconds: [...limits.slackSeconds],
      rooms: limits.places(capacityInForce, rate),
      stretched: limits.places(smallestCapacity, rate),
      pressed: limits.pressedPlaces(capacityInForce, rate),
      hasCredit,
    };
  }
}
