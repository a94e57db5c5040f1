import { creditPrice, ladder, routerBudgets } from '../env/physics/budgets.ts';
import type { Observation, ServiceProfile } from '../env/types.ts';
import { AccuracyCredit } from './accuracy-credit.ts';
import { newestRate } from './demand.ts';
import { OverloadTally } from './overload-tally.ts';
import { type Setting, vmsForRate } from './setting.ts';

/** Credit for so long a time answered by the smaller variant alone makes overload cheaper by a factor of e. */
export const stockSeconds = 1800;

/** However much credit there is, an overload costs this share of Lambda's price: what is left of the credit is planned with. */
export const leastShare = 0.8;

/** Credit that is planned with is spent in so long a time; chosen, like the share, on traces that are trained and selected on. */
const spendSeconds = 4800;

/** However much credit there is, so large a share of the answers is planned to be the smaller variant's: a fleet must be able to do without. */
const mostPlanned = 0.5;

/** A VM that is always full has to pay for itself; agents are trained for no lower ratio. */
export const leastRatio = 1.02;

/** An agent trusts a service which begins to have earned so long soon; chosen on fifty minutes each of traces that are trained and selected on. */
export const trustedSeconds = 4500;

/** Trust in credit that is still to be earned fades to half in so long a time: by then there is some, or there will be none. */
const trustHalfLifeSeconds = 3600;

export interface OverloadOptions {
  /** As `stockSeconds`. */
  readonly stock?: number;
  /** That the caller keeps; null: its own. */
  readonly credit?: AccuracyCredit | null;
  /** A service that has just begun has no credit yet. Its overload is priced as if the variant in force had earned for so long. */
  readonly trustedSeconds?: number;
}

/**
 * What overload costs while the accuracy budget of the router answers for it with a smaller variant. Credit that is never spent is worth nothing, and
 * credit that is gone is worth what Lambda costs, so it is priced as a stock is: the more there is, the cheaper. That is the dual price of "as much
 * as was earned, and no more", kept by the stock where online linear programming solves for it anew (Agrawal, Wang and Ye 2014).
 *
 * A price alone cannot spend what a steady load earns: at any at which a VM that is always full pays for itself, only the VM that is partly used can be
 * spared. So credit beyond what the price is for is spent by quantity: the fleet is sized for less work than there is. Both only as far as the smaller variant
 * does answer what is too much for the fleet (overload-tally.ts).
 */
export class OverloadPrice {
  readonly #credit: AccuracyCredit;
  readonly #keepsCredit: boolean;
  /** Of an answer by the smaller variant; null: the router spends no credit. */
  readonly #price: number | null;
  /** Part of the work of an answer that the smaller variant saves. */
  readonly #saved: number;
  readonly #tally: OverloadTally;
  readonly #stockSeconds: number;
  /** As `creditSeconds`, in the beginning. */
  readonly #trust: number;
  readonly #decisionSeconds: number;
  readonly #intervalsPerDay: number;
  #intervals = 0;
  #perSecond = 0;
  /** Credit that was earned and that the router has not got. */
  #lost = 0;

  /** @param variant that is in force on that pool */
  constructor(
    profile: ServiceProfile,
    pool: number,
    variant: number,
    { stock = stockSeconds, credit = null, trustedSeconds = 0 }: OverloadOptions = {},
  ) {
    const rungs = routerBudgets(profile).accuracy ? ladder(profile, pool, variant) : null;
    const smaller = rungs?.smaller;
    this.#saved = smaller ? 1 - smaller.serviceSeconds / rungs!.inForce.serviceSeconds : 0;
    const { accuracy } = profile.variants[variant]!;
    this.#tally = new OverloadTally(accuracy, smaller?.accuracy ?? accuracy, this.#saved, profile.decisionSeconds);
    this.#credit = credit ?? new AccuracyCredit(profile);
    this.#keepsCredit = credit === null;
    this.#price = smaller ? creditPrice(smaller, profile.accuracyFloor) : null;
    const earned = Math.max(0, accuracy - profile.accuracyFloor);
    this.#trust = this.#price ? (trustedSeconds * earned) / this.#price : 0;
    this.#stockSeconds = stock;
    this.#decisionSeconds = profile.decisionSeconds;
    this.#intervalsPerDay = Math.ceil(86_400 / profile.decisionSeconds);
  }

  /** Takes in what is seen before a decision. */
  observe(observation: Observation): void {
    if (!this.#price) return;
    if (this.#keepsCredit) {
      this.#credit.observe(observation);
      this.#credit.decide(0, 0);
    }
    const rate = newestRate(observation);
    if (rate === null) return;
    this.#intervals = Math.min(this.#intervals + 1, this.#intervalsPerDay);
    this.#perSecond += (rate - this.#perSecond) / this.#intervals;
    this.#tally.observe(observation);
    if (this.#tally.isWithoutCredit) this.#lost = Math.max(0, this.#credit.value);
  }

  /** Time for which the credit, and what is trusted to come, would answer the mean demand of the last day by the smaller variant alone. */
  get creditSeconds(): number {
    if (!this.#price || this.#perSecond === 0) return 0;
    const trusted = this.#trust * 2 ** ((-this.#intervals * this.#decisionSeconds) / trustHalfLifeSeconds);
    return trusted + Math.max(0, (this.#credit.value - this.#lost) / (this.#price * this.#perSecond));
  }

  /** Share of the work that the fleet is not sized for: the smaller variant spares it, by credit that is more than the price of overload can spend. */
  get sparedShare(): number {
    const spare = Math.max(0, this.creditSeconds - this.#stockSeconds * Math.log(1 / leastShare));
    return this.#tally.answeredShare * this.#saved * Math.min(mostPlanned, spare / spendSeconds);
  }

  /** 1 where no credit answers an overload, and less the more there is. */
  get scarcity(): number {
    return Math.exp(-this.creditSeconds / this.#stockSeconds);
  }

  /** For the journal; empty where no credit makes anything cheaper. */
  get sentence(): string {
    if (this.creditSeconds < 1) return '';
    const spared = this.sparedShare;
    const price = `; overload at ${(100 * this.#share).toFixed(0)} % of Lambda's price while the accuracy budget answers it`;
    return spared >= 0.005 ? `${price}, which spares ${(100 * spared).toFixed(0)} % of the work` : price;
  }

  get #share(): number {
    const answered = Math.max(leastShare, this.scarcity);
    return 1 - this.#tally.answeredShare * (1 - answered);
  }

  /** The price of a unit of work elsewhere over its price on a full VM, from what it is on Lambda. */
  ratio(onLambda: number): number {
    return Math.max(Math.min(onLambda, leastRatio), onLambda * this.#share);
  }
}

/** For a rule's parameter `creditSeconds`; null where it is 0. */
export function overloadPrice({ profile, choice }: Setting, creditSeconds: number): OverloadPrice | null {
  return creditSeconds > 0 ? new OverloadPrice(profile, choice.pool, choice.variant, { stock: creditSeconds }) : null;
}

/**
 * Of the work that VMs with full lines are reckoned to have, that which credit spares: what the smaller variant answers, and what a line would slow that it works off.
 *
 * @param answered share of the work that the smaller variant spares; @param scarcity of credit; @param lineSlowdown as `lineSlowdown`
 */
export function sparedShare(answered: number, scarcity: number, lineSlowdown: number): number {
  if (lineSlowdown === 0) return answered;
  return 1 - ((1 - answered) * (1 + lineSlowdown * scarcity)) / (1 + lineSlowdown);
}

/** VMs that a rate keeps busy, less what the accuracy budget spares. */
export function vmsBesideBudget(setting: Setting, overload: OverloadPrice | null): (ratePerSecond: number) => number {
  const left = 1 - sparedShare(overload?.sparedShare ?? 0, overload?.scarcity ?? 1, setting.lineSlowdown);
  return (ratePerSecond) => left * vmsForRate(setting, ratePerSecond);
}
