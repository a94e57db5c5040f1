import { Random } from '../../env/random.ts';

/** A statistic, and where it lies in 95 of 100 resamples. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const resamples = 2000;
const tail = 0.025;

/** So many values or more, and the interval holds what it is an interval of nine times in ten or more. */
const enoughValues = 5;

/**
 * How often, from 0 to 1, the interval of so few values holds what it is an interval of. It ends at the least and the greatest of them, and each lies
 * on either side with equal chance: 1 - 2^(1 - count). Null: they are not few.
 */
export function coverageOfFew(count: number): number | null {
  return count < enoughValues ? 1 - 2 ** (1 - count) : null;
}

/** The mean of what is left when the lowest and the highest quarter (rounded down to whole values) are put aside. */
export function interquartileMean(values: readonly number[]): number {
  return trimmedMean(Float64Array.from(values));
}

/**
 * Interquartile mean over all values, with its percentile interval from a bootstrap that draws anew within each stratum: traces are
 * what they are, seeds are chance. Both as Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice"
 * (NeurIPS 2021), section 4.
 *
 * @param strata [stratum][value] at least one value in all
 */
export function interquartileInterval(strata: readonly (readonly number[])[]): Interval {
  const all = strata.flat();
  const random = Random.seeded(1, 'bootstrap');
  const drawn = new Float64Array(all.length);
  const means = Float64Array.from({ length: resamples }, () => {
    let next = 0;
    for (const values of strata) {
      for (let draw = 0; draw < values.length; draw++) drawn[next++] = values[random.below(values.length)]!;
    }
    return trimmedMean(drawn);
  }).sort();
  const edge = Math.floor(tail * resamples);
  return { value: interquartileMean(all), low: means[edge]!, high: means[resamples - 1 - edge]! };
}

/** Sorts in place. */
function trimmedMean(values: Float64Array): number {
  values.sort();
  const aside = Math.floor(values.length / 4);
  let sum = 0;
  for (let index = aside; index < values.length - aside; index++) sum += values[index]!;
  return sum / (values.length - 2 * aside);
}
