import type { Random } from '../random.ts';
import { addBetween, level } from './shapes.ts';

export interface TwoStatePreset {
  readonly name: string;
  /** Arrival rate of the high state, requests per second. */
  readonly high: number;
  readonly requests: number;
  readonly highSeconds: number;
}

const seconds = 900;
const highPeriods = 2;

/**
 * The workloads of Serverless Data Science (Wu et al. 2021): two-state Markov-modulated Poisson arrivals over 15 minutes.
 * The paper gives the high rate, the totals and two peaks; the time in the high state is not given and is assumed here,
 * the low rate follows from it. 51,600 / 120 = 86,000 / 200, so those two share one sequence of states.
 */
export const twoStatePresets: readonly TwoStatePreset[] = [
  { name: 'workload-40', high: 40, requests: 15_000, highSeconds: 330 },
  { name: 'workload-120', high: 120, requests: 51_600, highSeconds: 400 },
  { name: 'workload-200', high: 200, requests: 86_000, highSeconds: 400 },
];

/** [second] Whole counts that add to the preset's total exactly: a sample of the process conditioned on it. */
export function presetCounts(preset: TwoStatePreset, highSeconds: number, random: Random): Float64Array {
  const low = (preset.requests - preset.high * highSeconds) / (seconds - highSeconds);
  const rates = level(seconds, low);
  // Exponential dwell times, given how many there are and their sum, are exponentials divided by theirs.
  const highs = dwellTimes(highPeriods, highSeconds, random);
  const lows = dwellTimes(highPeriods + 1, seconds - highSeconds, random);
  let from = 0;
  highs.forEach((dwell, period) => {
    from += lows[period]!;
    addBetween(rates, from, from + dwell, preset.high - low);
    from += dwell;
  });
  return scatter(preset.requests, rates, random);
}

function dwellTimes(count: number, sum: number, random: Random): number[] {
  const draws = Array.from({ length: count }, () => random.exponential());
  const total = draws.reduce((a, b) => a + b, 0);
  return draws.map((draw) => (draw * sum) / total);
}

/** Throws requests at seconds with probability in proportion to the rates. */
export function scatter(requests: number, rates: Float64Array, random: Random): Float64Array {
  let sum = 0;
  const cumulative = rates.map((rate) => (sum += rate));
  const counts = new Float64Array(rates.length);
  for (let request = 0; request < requests; request++) counts[firstAbove(cumulative, random.uniform() * sum)]! += 1;
  return counts;
}

function firstAbove(rising: Float64Array, value: number): number {
  let low = 0;
  let high = rising.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rising[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
