import { DemandHistory } from '../../agent/demand-history.ts';
import type { LevelTerms } from '../../agent/level-terms.ts';
import type { Random } from '../../env/random.ts';

/** Terms in round numbers: three intervals of boot, work that costs four times as much elsewhere, and nothing by chance. */
export const exampleTerms: LevelTerms = {
  ratio: 4,
  bootIntervals: 3,
  bootSigma: 0,
  drainIntervals: 0.5,
  minimumBilledIntervals: 1,
  coldIntervals: 0.05,
  coldFactor: 20,
  keepAliveIntervals: 10,
  delayIntervals: 0,
};

export const binsPerInterval = 6;

/** The same rate in every bin of an interval. */
export function steady(rates: readonly number[]): DemandHistory {
  return DemandHistory.of(
    Float32Array.from(rates.flatMap((rate) => new Array<number>(binsPerInterval).fill(rate))),
    binsPerInterval,
  );
}

/** A walk by random factors, with a random spread inside every interval. */
export function wandering(intervals: number, random: Random, mean = 1): DemandHistory {
  const bins = new Float32Array(intervals * binsPerInterval);
  let level = 0;
  for (let bin = 0; bin < bins.length; bin++) {
    level = 0.99 * level + 0.1 * random.normal();
    bins[bin] = mean * Math.exp(level + 0.1 * random.normal());
  }
  return DemandHistory.of(bins, binsPerInterval);
}
