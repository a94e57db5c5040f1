/**
 * A Poisson process whose rate jumps between two values, MMPP(2): the smallest Markovian arrival process with bursts.
 * D0 and D1 of the literature: D1 = diag(rates), D0 = [[-leave0 - rate0, leave0], [leave1, -leave1 - rate1]].
 */
export interface MarkovianArrivals {
  /** [phase] Requests per second. */
  readonly rates: readonly [number, number];
  /** [phase] How often it is left, per second. */
  readonly leaves: readonly [number, number];
}

export function poissonArrivals(ratePerSecond: number): MarkovianArrivals {
  return { rates: [ratePerSecond, ratePerSecond], leaves: [1, 1] };
}

/** Requests per second, over both phases. */
export function meanRate({ rates, leaves }: MarkovianArrivals): number {
  return (rates[0] * leaves[1] + rates[1] * leaves[0]) / (leaves[0] + leaves[1]);
}

/** [phase] Share of the arrivals that come in it, which is what the first of a batch sees. */
export function phasesAtArrivals({ rates, leaves }: MarkovianArrivals): [number, number] {
  const weights = [leaves[1] * rates[0], leaves[0] * rates[1]] as const;
  const total = weights[0] + weights[1];
  return total > 0 ? [weights[0] / total, weights[1] / total] : [0.5, 0.5];
}

/**
 * Fits two phases of equal length by three figures of the counts in bins: their mean, how much more they vary than those of a Poisson process, and
 * how much of that the next bin shares. Counts that vary no more than Poisson's make a Poisson process.
 *
 * A rate with variance v that forgets at rate r has, in bins of T seconds and with x = rT, the variance v · 2(x - 1 + e^-x)/x² and the
 * covariance of neighbours v · (1 - e^-x)²/x² (Fischer and Meier-Hellstern, "The MMPP cookbook", 1993, section 2); their ratio falls with x.
 *
 * @param rates [bin] requests per second, oldest first
 */
export function fitArrivals(rates: readonly number[], binSeconds: number): MarkovianArrivals {
  const mean = rates.reduce((sum, one) => sum + one, 0) / rates.length;
  const excess = covariance(rates, mean, 0) - mean / binSeconds;
  const shared = covariance(rates, mean, 1);
  if (!(excess > 0)) return poissonArrivals(mean);
  const x = forgetting(Math.min(1, Math.max(0, shared / excess)));
  const variance = (excess * x ** 2) / (2 * (x - 1 + Math.exp(-x)));
  const spread = Math.min(mean, Math.sqrt(variance));
  const leave = x / binSeconds / 2;
  return { rates: [mean - spread, mean + spread], leaves: [leave, leave] };
}

function covariance(values: readonly number[], mean: number, lag: number): number {
  let sum = 0;
  for (let at = lag; at < values.length; at++) sum += (values[at]! - mean) * (values[at - lag]! - mean);
  return values.length > lag ? sum / (values.length - lag) : 0;
}

/** The x at which neighbours share this part of the variance, by bisection of its logarithm, from a hundredth of a bin to a hundred bins. */
function forgetting(sharedPart: number): number {
  let low = Math.log(0.01);
  let high = Math.log(100);
  for (let round = 0; round < 40; round++) {
    const middle = (low + high) / 2;
    const x = Math.exp(middle);
    const part = (1 - Math.exp(-x)) ** 2 / (2 * (x - 1 + Math.exp(-x)));
    if (part > sharedPart) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}
