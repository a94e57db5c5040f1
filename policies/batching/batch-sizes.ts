import { type MarkovianArrivals, phasesAtArrivals } from './markovian-arrivals.ts';

/** Probability that is left out at the far end of the Poisson weights. */
const neglected = 1e-10;

/**
 * [timeout][requests - 1] How likely a batch is to hold so many requests. It is opened by an arrival and sent after the timeout, or when it holds `most`.
 *
 * The arrivals within the timeout are a Markov chain over the phase and the requests that have come, the last of which absorbs:
 * p = p0 · exp(Q · timeout), Q block-bidiagonal with D0 on the diagonal and D1 above it. By uniformisation: a Poisson number of jumps of
 * the chain I + Q/q, which is one chain for all timeouts. Source: BATCH (Ali et al., SC 2020), section on the batch-size distribution; Jensen (1953)
 * for uniformisation.
 */
export function batchSizes(
  arrivals: MarkovianArrivals,
  timeoutsSeconds: readonly number[],
  most: number,
): Float64Array[] {
  const jumps = Math.max(...arrivals.rates.map((rate, phase) => rate + arrivals.leaves[phase]!));
  const averages = timeoutsSeconds.map((seconds) => new JumpAverage(jumps * seconds, 2 * most));
  // [request][phase] The chain after the jumps so far.
  let chain = new Float64Array(2 * most);
  chain.set(phasesAtArrivals(arrivals));
  let next = new Float64Array(2 * most);
  for (let open = averages; open.length > 0; ) {
    for (const one of open) one.add(chain);
    // Once every chain is full, more jumps change nothing.
    const isFull = chain[chain.length - 2]! + chain[chain.length - 1]! > 1 - neglected;
    if (!isFull) {
      step(arrivals, jumps, chain, next);
      [chain, next] = [next, chain];
    }
    open = open.filter((one) => !one.end(chain, isFull));
  }
  return averages.map((one) => normalised(one.states, most));
}

/** A chain's average over a Poisson number of jumps. */
class JumpAverage {
  readonly states: Float64Array;
  readonly #mean: number;
  #jumps = 0;
  #left = 1;

  constructor(mean: number, states: number) {
    this.#mean = mean;
    this.states = new Float64Array(states);
  }

  /** The chain after the next jump, at first after none. */
  add(chain: Float64Array): void {
    const weight = poissonWeight(this.#mean, this.#jumps++);
    this.#left -= weight;
    this.#weigh(chain, weight);
  }

  /** False: more jumps must be seen. The last chain stands for those that are left out. */
  end(chain: Float64Array, isFull: boolean): boolean {
    const mean = this.#mean;
    if (!isFull && this.#left > neglected && this.#jumps < mean + 12 * Math.sqrt(mean) + 40) return false;
    this.#weigh(chain, Math.max(0, this.#left));
    return true;
  }

  #weigh(chain: Float64Array, weight: number): void {
    if (weight === 0) return;
    const { states } = this;
    for (let state = 0; state < states.length; state++) states[state]! += weight * chain[state]!;
  }
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
