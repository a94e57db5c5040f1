/** Intervals that are forgotten at once where a history is full. */
const forgottenAtOnce = 256;

/** Added to demands, in any unit, since none at all has no logarithm. */
const nothing = 1e-9;

/**
 * Demand in bins, with the means that level features are made of. In training it holds a whole trace, and worlds look at it up to their own
 * time; in a running policy it grows by one decision interval at a time, and forgets what nobody looks at any more.
 */
export class DemandHistory {
  readonly binsPerInterval: number;
  /** [interval * binsPerInterval + bin] Requests per second, in any unit. */
  bins: Float32Array;
  /** [interval] */
  means: Float32Array;
  /** [interval] Largest bin. */
  peaks: Float32Array;
  /** [interval] Smallest bin. */
  troughs: Float32Array;
  /** [interval] Standard deviation over the bins. */
  spreads: Float32Array;
  /** [interval] Logarithm of its mean. */
  logs: Float32Array;
  /** [interval] Logarithm of its mean over that of the interval before; 0 of the first. */
  steps: Float32Array;
  /** [interval] Logarithm of its mean over that of the last five. */
  turns: Float32Array;
  /** [interval] Logarithm of the mean of the last five over that of the last twenty. */
  trends: Float32Array;
  length = 0;
  readonly #longest: number;

  /** @param intervals to make room for at first; @param longest so many of the newest are kept at least; absent: all */
  constructor(binsPerInterval: number, intervals: number, longest = Number.POSITIVE_INFINITY) {
    this.binsPerInterval = binsPerInterval;
    this.#longest = longest;
    this.bins = new Float32Array(intervals * binsPerInterval);
    this.means = new Float32Array(intervals);
    this.peaks = new Float32Array(intervals);
    this.troughs = new Float32Array(intervals);
    this.spreads = new Float32Array(intervals);
    this.logs = new Float32Array(intervals);
    this.steps = new Float32Array(intervals);
    this.turns = new Float32Array(intervals);
    this.trends = new Float32Array(intervals);
  }

  static of(bins: Float32Array, binsPerInterval: number): DemandHistory {
    const intervals = Math.floor(bins.length / binsPerInterval);
    const history = new DemandHistory(binsPerInterval, intervals);
    for (let interval = 0; interval < intervals; interval++) {
      history.push(bins.subarray(interval * binsPerInterval, (interval + 1) * binsPerInterval));
    }
    return history;
  }

  push(rates: ArrayLike<number>): void {
    if (this.length === this.#longest + forgottenAtOnce) this.#forget();
    if (this.length === this.means.length) this.#grow();
    let sum = 0;
    let peak = 0;
    let trough = Number.POSITIVE_INFINITY;
    for (let bin = 0; bin < this.binsPerInterval; bin++) {
      const rate = rates[bin]!;
      this.bins[this.length * this.binsPerInterval + bin] = rate;
      sum += rate;
      if (rate > peak) peak = rate;
      if (rate < trough) trough = rate;
    }
    const mean = sum / this.binsPerInterval;
    let squares = 0;
    for (let bin = 0; bin < this.binsPerInterval; bin++) squares += (rates[bin]! - mean) ** 2;
    this.means[this.length] = mean;
    this.peaks[this.length] = peak;
    this.troughs[this.length] = trough;
    this.spreads[this.length] = Math.sqrt(squares / this.binsPerInterval);
    this.length++;
    this.#describe(this.length - 1);
  }

  /** How the demand had moved at the end of the newest interval. */
  #describe(newest: number): void {
    const mean = this.means[newest]!;
    const few = this.#meanOver(5);
    this.logs[newest] = Math.log(mean + nothing);
    this.steps[newest] = newest === 0 ? 0 : this.logs[newest]! - this.logs[newest - 1]!;
    this.turns[newest] = Math.log((mean + nothing) / (few + nothing));
    this.trends[newest] = Math.log((few + nothing) / (this.#meanOver(20) + nothing));
  }

  /** Of the newest intervals, or of those that there are. */
  #meanOver(intervals: number): number {
    const from = Math.max(0, this.length - intervals);
    let sum = 0;
    for (let interval = from; interval < this.length; interval++) sum += this.means[interval]!;
    return sum / (this.length - from);
  }

  /** Mean over an interval of the part of the demand that level k serves: clip(demand - k, 0, 1), demand in units of one VM. */
  levelUse(interval: number, level: number, unitsPerRate: number): number {
    if (this.peaks[interval]! * unitsPerRate <= level) return 0;
    if (this.troughs[interval]! * unitsPerRate >= level + 1) return 1;
    const start = interval * this.binsPerInterval;
    let sum = 0;
    for (let bin = start; bin < start + this.binsPerInterval; bin++) {
      const above = this.bins[bin]! * unitsPerRate - level;
      if (above > 0) sum += Math.min(above, 1);
    }
    return sum / this.binsPerInterval;
  }

  /** Largest bin of the last intervals. */
  peak(intervals: number): number {
    let peak = 0;
    for (let interval = Math.max(0, this.length - intervals); interval < this.length; interval++) {
      peak = Math.max(peak, this.peaks[interval]!);
    }
    return peak;
  }

  #forget(): void {
    this.bins.copyWithin(0, forgottenAtOnce * this.binsPerInterval);
    const { means, peaks, troughs, spreads, logs, steps, turns, trends } = this;
    for (const one of [means, peaks, troughs, spreads, logs, steps, turns, trends]) one.copyWithin(0, forgottenAtOnce);
    this.length -= forgottenAtOnce;
  }

  #grow(): void {
    const intervals = Math.min(Math.max(64, this.means.length * 2), this.#longest + forgottenAtOnce);
    this.bins = extend(this.bins, intervals * this.binsPerInterval);
    this.means = extend(this.means, intervals);
    this.peaks = extend(this.peaks, intervals);
    this.troughs = extend(this.troughs, intervals);
    this.spreads = extend(this.spreads, intervals);
    this.logs = extend(this.logs, intervals);
    this.steps = extend(this.steps, intervals);
    this.turns = extend(this.turns, intervals);
    this.trends = extend(this.trends, intervals);
  }
}

function extend(array: Float32Array, length: number): Float32Array {
  const longer = new Float32Array(length);
  longer.set(array);
  return longer;
}
