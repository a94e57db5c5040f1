import type { Observation } from '../env/types.ts';
import { newestRate } from './demand.ts';

/** What is seen counts half after so long a time. */
const halfLifeSeconds = 3600;

/** In the beginning, as if the smaller variant had spared so much of the work of one interval. */
const priorShare = 0.2;

/** While the smaller variant takes so much of the overload, the rest is what bursts leave over before it can. */
const answeredFrom = 0.5;

/** From this share of the requests on, what spills tells of the router's credit; single ones may find no slot in time whatever there is. */
const tellingSpill = 0.02;

/** And hardly any was answered by the smaller variant if that were fewer than this share of those that spilled. */
const hardlyAny = 0.1;

/** What becomes of overload behind a router with an accuracy budget: it is answered by the smaller variant, or it spills. */
export class OverloadTally {
  /** Accuracy of the variant in force and of the smaller one. */
  readonly #inForce: number;
  readonly #smaller: number;
  /** Part of the work of an answer that the smaller variant saves. */
  readonly #saved: number;
  readonly #fading: number;
  /** In the answers of the variant in force, per second, summed over intervals. */
  #spared = 0;
  #spilled = 0;
  #prior = 0;
  #isWithoutCredit = false;

  constructor(inForce: number, smaller: number, saved: number, decisionSeconds: number) {
    this.#inForce = inForce;
    this.#smaller = smaller;
    this.#saved = saved;
    this.#fading = 2 ** (-decisionSeconds / halfLifeSeconds);
  }

  /** Takes in what is seen before a decision; an interval of which something is absent says nothing. */
  observe(observation: Observation): void {
    const rate = newestRate(observation);
    const { accuracy, spilledPerSecond } = observation;
    this.#isWithoutCredit = false;
    if (!rate || !accuracy || !spilledPerSecond) return;
    const smallerShare = this.#smallerShare(accuracy.value);
    const spilledShare = spilledPerSecond.value / rate;
    this.#isWithoutCredit = spilledShare > tellingSpill && smallerShare < hardlyAny * spilledShare;
    this.#prior = priorShare * rate;
    this.#spared = this.#fading * this.#spared + smallerShare * this.#saved * rate;
    this.#spilled = this.#fading * this.#spilled + spilledPerSecond.value;
  }

  /** In [0, 1]: how far the credit can do what it is there for. Where VMs are so few that most of an overload spills, credit does not make it cheaper. */
  get answeredShare(): number {
    const spared = this.#spared + this.#prior;
    const all = spared + this.#spilled;
    return all === 0 ? 1 : Math.min(1, spared / all / answeredFrom);
  }

  /** Whether the router has just spilled and hardly answered by the smaller variant: then it has no credit, whatever was earned. One that is started anew begins with none. */
  get isWithoutCredit(): boolean {
    return this.#isWithoutCredit;
  }

  /** Of the answers, by their mean accuracy. */
  #smallerShare(accuracy: number): number {
    const step = this.#inForce - this.#smaller;
    return step > 0 ? Math.max(0, this.#inForce - accuracy) / step : 0;
  }
}
