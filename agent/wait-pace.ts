import type { Action, Observation, RequestClass, ServiceProfile } from '../env/types.ts';
import { newestRate } from '../policies/demand.ts';
import { type Choice, fitsDeadline } from '../policies/economics.ts';
import { lightWaitShares, usualShare } from './light-waits.ts';
import { MissAccount } from './miss-account.ts';
import { missPrice } from './miss-price.ts';

/** While no more than this part of the allowed misses is spent, a request may wait for all the slack of its deadline. */
const freeShare = 0.5;
/** Then half of the slack is waited in the beginning, as rules do. */
const priorSpent = 0.75;
/** When nothing is left. A line so short still saves most of what spills by chance while there is no burst. */
const leastShare = 0.1;
/** Of the requests of an interval: so many may be late in a burst that meets waits for all the slack. */
const badInterval = 0.2;
/** Where the class that is served first spends more than this part of the allowed misses by itself, shorter waits of the others are given up little by little. */
const lostFrom = 0.75;

/**
 * How long requests may wait for a VM before they spill, paced by the promise: the longer they wait, the cheaper they are, and the more are late. So they wait
 * for all the slack while enough of the allowed misses is left, for less once more than half is spent, and for a tenth of it when none is left.
 *
 * Not less: who is overtaken in a burst is late by the line that stood before him, which is short then. But with no line at all everything that chance brings
 * together in a quiet minute spills, though nobody would have been late; where Lambda is dear, that cost up to half as much again and kept nothing.
 *
 * Longer waits than with rules may make a fifth of the requests of one interval late. So the account must hold that much first: for one in a hundred
 * that takes minutes, for one in a thousand hours, and after a bad interval longer.
 *
 * Shorter waits help only where waiting makes requests late. That is so for the classes that stricter ones may overtake. The class that is served first knows its
 * wait when it joins the line: what it misses was made by Lambda (cold starts, throttling), by failures or by services that are longer than the profile says, and
 * shorter waits send more requests there. So it always waits as long as rules let it; and where its own misses leave nothing of the promise, so do the others.
 * A router that spends misses lets requests of any class wait behind all others, so there the first class waits for less too. But the router spends no more than
 * three quarters of what is allowed, so what the first class misses beyond that tells the same. It tells nothing where those who wait slow down those who are
 * served (`contention`): there waits make every class late, and a long line outlives its burst and costs more than it saves. So no line is longer there than a light one
 * (`lightWaitShares`), by which the fleet is sized.
 * A class that Lambda itself serves too late too often never waits for less than with rules: each request that it spares the wait may be late there.
 */
export class WaitPace {
  readonly #profile: ServiceProfile;
  /** [class] Infinity without contention. */
  readonly #light: readonly number[];
  /** [class] Whether Lambda serves the promised share of it in time. */
  readonly #fitsLambda: readonly boolean[];
  readonly #all: MissAccount;
  readonly #first: MissAccount;

  /** @param choice who answers */
  constructor(profile: ServiceProfile, choice: Choice) {
    const { attainment, classes } = profile.slo;
    const lambdaMs = profile.lambda.serviceMs[choice.variant]![choice.tier]!;
    this.#profile = profile;
    this.#fitsLambda = classes.map(({ deadlineMs }) => fitsDeadline(profile, lambdaMs, deadlineMs));
    this.#light = lightWaitShares(profile, choice);
    this.#all = new MissAccount(attainment, profile.decisionSeconds, priorSpent);
    this.#first = new MissAccount(attainment, profile.decisionSeconds, 0);
  }

  /** Takes in what is seen before a decision; a class whose attainment is absent says nothing. */
  observe(observation: Observation): void {
    const rate = newestRate(observation);
    if (rate === null) return;
    this.#all.fade();
    this.#first.fade();
    for (const [index, { share }] of this.#profile.slo.classes.entries()) {
      const kept = observation.attainment[index];
      if (!kept) continue;
      this.#all.book(rate * share, 1 - kept.value, share);
      if (index === 0) this.#first.book(rate, 1 - kept.value, 1);
    }
  }

  /** [class] Of the slack of a deadline, 0 to 1; in hundredths, so that a router is not told anew of next to nothing. */
  get shares(): readonly number[] {
    const left = (1 - this.#all.spent) / (1 - freeShare);
    return this.#light.map((light, index) => {
      const most = light < Infinity ? Math.min(light, usualShare) : this.#most;
      return Math.round(100 * Math.max(this.#least(index), Math.min(most, left))) / 100;
    });
  }

  /**
   * By what share work on Lambda is priced above its bill. 0 where Lambda serves the first class in time as often as is promised: who spills less often misses as much there. With contention the first class
   * tells nothing of Lambda. Half of the allowed misses are left to the waits, as when they are paced, or what the router may spend of the first class.
   */
  get missPrice(): number {
    if (this.#fitsLambda[0] || this.#light[0]! < Infinity) return 0;
    const { share } = this.#profile.slo.classes[0]!;
    const tolerated = Math.max(1 - freeShare, this.#profile.budgets.misses ? lostFrom * share : 0);
    return missPrice(share * this.#first.spent, tolerated, this.#all.spent);
  }

  get #most(): number {
    const covered = Math.max(0, Math.min(1, this.#all.left / badInterval));
    return usualShare + covered * (1 - usualShare);
  }

  #least(index: number): number {
    if (!this.#fitsLambda[index]) return usualShare;
    const light = this.#light[index]!;
    const least = Math.min(leastShare, light);
    if (light < Infinity) return least;
    if (index === 0 && !this.#profile.budgets.misses) return usualShare;
    const lost = Math.max(0, Math.min(1, (this.#first.spent - lostFrom) / (1 - lostFrom)));
    return least + lost * (usualShare - least);
  }

  /** An action that lets requests wait for all their slack, with waits of those shares. */
  shortened(action: Action): Action {
    const { shares } = this;
    const maxWaitMs = action.spillover.maxWaitMs.map((ms, index) => (ms === null ? null : shares[index]! * ms));
    return { ...action, spillover: { ...action.spillover, maxWaitMs } };
  }

  /** For the journal. */
  get sentence(): string {
    const { shares } = this;
    const [{ name }, ...others] = this.#profile.slo.classes as [RequestClass, ...RequestClass[]];
    const last = shares.at(-1)!;
    const first = shares[0] === last ? '' : ` (${name}: ${percent(shares[0]!)})`;
    const own = others.length === 0 ? '' : ` (${name}: ${percent(this.#first.spent)})`;
    const price =
      this.missPrice < 0.005 ? '' : `; Lambda priced ${percent(this.missPrice)} higher for what is late there`;
    return `; requests may wait for ${percent(last)} of their slack${first}, with ${percent(this.#all.spent)} of the allowed misses spent${own}${price}`;
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
