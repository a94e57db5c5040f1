import { addOutcomes, attainment, emptyOutcome, meanAccuracy, totalRequests, totalUsd } from '../../env/outcome.ts';
import { openSimulator } from '../../env/sim/open.ts';
import type { Action, Outcome, Workload } from '../../env/types.ts';
import { type ArrivalsAhead, arrivalsAhead } from './arrivals-ahead.ts';
import { type Demand, knownDemand, type Present } from './present.ts';

/** What an action is expected to bring while it stands. */
export interface Prediction {
  readonly usd: number;
  readonly usdPerHour: number;
  readonly attainment: number | null;
  readonly accuracy: number | null;
  readonly spilledShare: number | null;
}

/** Intervals of the past that are lived through again, so that queues, boots and warm environments are there. */
const warmUpIntervals = 10;
const worlds = 16;

/**
 * Foretells what actions bring: the fluid simulator lives through the last intervals as they were, then lets each action stand over the same arrivals
 * and boots (common random numbers), in some worlds that differ in their dice.
 */
export class RollOut {
  readonly ahead: ArrivalsAhead;
  readonly seconds: number;
  readonly #present: Present;
  readonly #warmUp: number;
  readonly #intervals: number;
  readonly #workload: Workload;

  /** @param intervals for which an action stands */
  constructor(present: Present, intervals: number) {
    const { profile, moments } = present;
    const { decisionSeconds } = profile;
    const known = knownDemand(present);
    const nowSeconds = moments.at(-1)!.timeSeconds;
    // Metrics are late: what is newest may be over for some time, and the first of what is assumed with it.
    const late = Math.max(0, Math.round((nowSeconds - known.endSeconds) / decisionSeconds));
    this.ahead = arrivalsAhead(known.intervals, late + intervals, decisionSeconds);
    this.seconds = intervals * decisionSeconds;
    this.#present = present;
    this.#intervals = intervals;
    this.#warmUp = Math.min(warmUpIntervals, moments.length - 1, known.intervals.length + late);
    const demand = [...known.intervals, ...this.ahead.demand].slice(-(this.#warmUp + intervals));
    this.#workload = workloadOf(demand, profile.metrics.binSeconds, decisionSeconds);
  }

  async predict(action: Action): Promise<Prediction> {
    let total = emptyOutcome(this.#present.profile);
    for (let seed = 1; seed <= worlds; seed++) total = addOutcomes(total, await this.#live(action, seed));
    const requests = totalRequests(total);
    const usd = totalUsd(total) / worlds;
    return {
      usd,
      usdPerHour: (3600 * usd) / this.seconds,
      attainment: attainment(total.classes),
      accuracy: meanAccuracy(total),
      spilledShare: requests === 0 ? null : total.spilled / requests,
    };
  }

  async #live(action: Action, seed: number): Promise<Outcome> {
    const { profile, prices, moments } = this.#present;
    const now = moments.at(-1)!.pools;
    const initialVms = now.map(({ ready }) => ready);
    const world = openSimulator({ fidelity: 'fluid', profile, prices, workload: this.#workload, seed, initialVms });
    for (let back = this.#warmUp; back > 0; back--) {
      const { applied } = moments.at(-1 - back)!;
      await world.step({ ...applied, vmCounts: now.map((_, pool) => this.#existed(pool, back - 1)) });
    }
    let total = emptyOutcome(profile);
    for (let interval = 0; interval < this.#intervals; interval++) {
      total = addOutcomes(total, await world.step(action));
    }
    return total;
  }

  /** VMs that were there so many decisions ago and still are: those that are ready now, and of those that boot now as many as did then. */
  #existed(pool: number, back: number): number {
    const now = this.#present.moments.at(-1)!.pools[pool]!;
    const then = this.#present.moments.at(-1 - back)!.pools[pool]!;
    return Math.max(now.ready, Math.min(now.ready + now.booting, then.ready + then.booting));
  }
}

/** Requests per bin as means of Poisson draws; an interval that knows its mean alone is flat. */
function workloadOf(demand: Demand, binSeconds: number, decisionSeconds: number): Workload {
  const bins = decisionSeconds / binSeconds;
  const requests = Float64Array.from(
    demand.flatMap((rates) => Array.from({ length: bins }, (_, bin) => binSeconds * (rates[bin] ?? rates[0] ?? 0))),
  );
  return { name: 'as assumed', stepSeconds: binSeconds, requests, counted: false };
}
