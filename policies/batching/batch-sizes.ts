import { type MarkovianArrivals, phasesAtArrivals } from './markovian-arrivals.ts';

/** Probability that is left out at the far end of the Poisson weights. */
const neglected = 1e-10;

/**
 * [requests - 1] How likely a batch is to hold so many requests. It is opened by an arrival and sent after the timeout, or when it holds `most`.
 *
 * The arrivals within the timeout are a Markov chain over the phase and the requests that have come, the last of which absorbs:
 * p = p0 · exp(Q · timeout), Q block-bidiagonal with D0 on the diagonal and D1 above it. By uniformisation: a Poisson number of jumps of
 * the chain I + Q/q. Source: BATCH (Ali et al., SC 2020), section on the batch-size distribution; Jensen (1953) for uniformisation.
 */
export function batchSizes(arrivals: MarkovianArrivals, timeoutSeconds: number, most: number): Float64Array {
  const start = phasesAtArrivals(arrivals);
  const jumps = Math.max(...arrivals.rates.map((rate, phase) => rate + arrivals.leaves[phase]!));
  const mean = jumps * timeoutSeconds;
  // [request][phase] The chain after the jumps so far, and its average over their number.
  let chain = new Float64Array(2 * most);
  chain.set(start);
  let next = new Float64Array(2 * most);
  const average = new Float64Array(2 * most);
  let left = 1;
  for (let jump = 0; left > neglected && jump < mean + 12 * Math.sqrt(mean) + 40; jump++) {
    const weight = poissonWeight(mean, jump);
    for (let state = 0; state < chain.length; state++) average[state]! += weight * chain[state]!;
    left -= weight;
    // Once every chain is full, more jumps change nothing.
    if (chain[chain.length - 2]! + chain[chain.length - 1]! > 1 - neglected) break;
    step(arrivals, jumps, chain, next);
    [chain, next] = [next, chain];
  }
  for (let state = 0; state < chain.length; state++) average[state]! += Math.max(0, left) * chain[state]!;
  return normalised(average, most);
}

/** One jump of I + Q/q. */
function step({ rates, leaves }: MarkovianArrivals, jumps: number, from: Float64Array, to: Float64Array): void {
  const absorbing = from.length - 2;
  to.fill(0);
  for (let state = 0; state < absorbing; state++) {
    const phase = state % 2;
    const part = from[state]! / jumps;
    to[state]! += from[state]! - part * (rates[phase]! + leaves[phase]!);
    to[state + 1 - 2 * phase]! += part * leaves[phase]!;
    to[state + 2]! += part * rates[phase]!;
  }
  to[absorbing]! += from[absorbing]!;
  to[absorbing + 1]! += from[absorbing + 1]!;
}

function poissonWeight(mean: number, jumps: number): number {
  if (mean === 0) return jumps === 0 ? 1 : 0;
  return Math.exp(jumps * Math.log(mean) - mean - logFactorial(jumps));
}

/** [n] ln n!, as far as it was asked for. */
const logFactorials = [0];

function logFactorial(n: number): number {
  for (let at = logFactorials.length; at <= n; at++) logFactorials.push(logFactorials[at - 1]! + Math.log(at));
  return logFactorials[n]!;
}

function normalised(states: Float64Array, most: number): Float64Array {
  const total = states.reduce((sum, one) => sum + one, 0);
  return Float64Array.from({ length: most }, (_, size) => (states[2 * size]! + states[2 * size + 1]!) / total);
}
