import { longestWaitSeconds } from '../physics/budgets.ts';
import type { ServiceProfile } from '../types.ts';
import type { CountedCredit, CountedRouter } from './counted-router.ts';
import type { CreditAccount } from './credit-account.ts';
import type { FluidRungs } from './fluid-rungs.ts';
import type { LineLimits } from './line-limits.ts';
import { countRouter } from './router-count.ts';
import type { CountedOutcome } from './router-tally.ts';

/** Lines in which nobody waits for longer come and go within a second, or nearly so. */
const shortSeconds = 0.5;
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
 * credit for whatever is wanted, and with none but what the answers earn: of a second that begins with some credit and wants more, the
 * former holds until that is used up, the latter from then on.
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
  readonly #outcomes: Record<CountedCredit, (CountedOutcome | undefined)[]> = { ample: [], earned: [], none: [] };
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
    this.#outcomes.ample = [];
    this.#outcomes.earned = [];
    this.#outcomes.none = [];
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
    const perRequest = account.credit / Math.max(offered, 1);
    const poor = this.#isSpendable(perRequest) ? 'earned' : 'none';
    const paid = poor === 'earned' ? this.#paidPart(perRequest) : 0;
    this.#rungs.forget();
    this.overflow.fill(0);
    this.late.fill(0);
    this.busy = 0;
    let smaller = 0;
    for (const { cell, weight } of this.#mix) {
      if (paid > 0) smaller += this.#add(this.#at(cell, 'ample'), weight * paid);
      if (paid < 1) smaller += this.#add(this.#at(cell, poor), weight * (1 - paid));
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

  /** Whether the credit, per request, is none of a debt that the second does not pay off. */
  #isSpendable(credit: number): boolean {
    return this.#rungs.canShrink && (credit >= 0 || credit + this.#change('none') >= 0);
  }

  /** Part of the second for which the credit, per request, pays for whatever is wanted: until it is used up. */
  #paidPart(credit: number): number {
    const change = this.#change('ample');
    if (credit + change >= 0) return 1;
    const earned = this.#change('earned');
    return Math.max(0, Math.min(1, (credit + earned) / (earned - change)));
  }

  /** By how much a second changes the credit, per request. */
  #change(credit: CountedCredit): number {
    let change = 0;
    for (const { cell, weight } of this.#mix) change += weight * this.#gain(this.#at(cell, credit));
    return change;
  }

  /** What an answer of it adds to the credit in the mean. */
  #gain(one: CountedOutcome): number {
    const { gainInForce, smallerGain } = this.#rungs;
    const { classes } = this.#profile.slo;
    let overflow = 0;
    for (let k = 0; k < classes.length; k++) overflow += classes[k]!.share * one.overflow[k]!;
    return gainInForce + (1 - overflow) * (this.#rungs.gainByLarger(one) + one.smaller * smallerGain);
  }

  #at(cell: number, credit: CountedCredit): CountedOutcome {
    const outcomes = this.#outcomes[credit];
    outcomes[cell] ??= this.#count(cell, credit);
    return outcomes[cell];
  }

  #count(cell: number, credit: CountedCredit): CountedOutcome {
    const rate = (this.#rungs.capacityInForce * cell) / (cells - cell);
    const router = this.#router(rate, credit);
    const key = JSON.stringify([router, rate]);
    let known = ShortLines.#known.get(key);
    if (!known) {
      if (ShortLines.#known.size >= mostKnown) ShortLines.#known.clear();
      known = countRouter(router, rate);
      ShortLines.#known.set(key, known);
    }
    return known;
  }

  #router(rate: number, credit: CountedCredit): CountedRouter {
    const { accuracyFloor, serviceCv, slo } = this.#profile;
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
          smallerGain: smaller ? smaller.accuracy - accuracyFloor : 0,
          largerGain: larger ? larger.accuracy - accuracyFloor : 0,
          isQuick,
          contention: this.#profile.pools[pool]!.contention,
        };
      }),
      readyVms: this.#rungs.readyVms,
      serviceCv,
      shares: slo.classes.map((one) => one.share),
      slackSeconds: [...limits.slackSeconds],
      deadlineSeconds: slo.classes.map((one) => one.deadlineMs / 1000),
      rooms: limits.places(capacityInForce, rate),
      stretched: limits.places(smallestCapacity, rate),
      pressed: limits.pressedPlaces(capacityInForce, rate),
      gain: this.#rungs.gainInForce,
      credit,
    };
  }
}
