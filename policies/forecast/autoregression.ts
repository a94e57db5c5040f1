import type { PointForecaster } from './forecaster.ts';

export interface AutoregressionTerms {
  /** Rates that the next one is taken to depend on. */
  readonly order?: number;
  /** What is left of old evidence after a step, in (0, 1]. */
  readonly forgetting?: number;
}

/** How little the first belief weighs: about as much as a rate that moves by 3 %. */
const firstUncertainty = 1000;
/** Beyond this much uncertainty nothing more is forgotten: a load that does not move would let it grow without end. */
const mostUncertainty = 1e6;
/** A forecast stays within so many times the largest rate of the newest intervals. */
const mostGrowth = 3;
/** Requests per second; smaller rates teach nothing. */
const leastScale = 1e-6;

/**
 * The next rate as a weighted sum of the newest ones, iterated for the steps beyond. The weights follow by recursive least squares with forgetting
 * (Ljung, "System Identification", section 11.2), from the belief that the load stays as it is.
 */
export class Autoregression implements PointForecaster {
  readonly #order: number;
  readonly #forgetting: number;
  /** [0] The constant, [lag] the weight of the rate that lies so far back. */
  readonly #weights: Float64Array;
  /** [row * size + column] */
  readonly #uncertainty: Float64Array;
  /** [lag - 1] The newest rates, newest first. */
  #lags: number[] = [];
  /** The largest of the first rates, so that the arithmetic does not depend on the size of the service; 0: none yet. */
  #scale = 0;

  constructor({ order = 6, forgetting = 0.9985 }: AutoregressionTerms = {}) {
    this.#order = order;
    this.#forgetting = forgetting;
    this.#weights = new Float64Array(order + 1);
    this.#weights[1] = 1;
    this.#uncertainty = new Float64Array((order + 1) ** 2);
    for (let at = 0; at <= order; at++) this.#uncertainty[at * (order + 2)] = firstUncertainty;
  }

  /** [0] The constant, in requests per second, [lag] the weight of the rate that lies so far back. */
  get weights(): readonly number[] {
    return Array.from(this.#weights, (weight, lag) => (lag === 0 ? weight * this.#scale : weight));
  }

  learn(ratePerSecond: number): void {
    if (this.#scale > 0)
      this.#correct([1, ...this.#lags.map((rate) => rate / this.#scale)], ratePerSecond / this.#scale);
    this.#lags = [ratePerSecond, ...this.#lags].slice(0, this.#order);
    const largest = Math.max(...this.#lags);
    if (this.#scale === 0 && this.#lags.length === this.#order && largest >= leastScale) this.#scale = largest;
  }

  expect(steps: number): Float64Array | null {
    if (this.#lags.length < this.#order) return null;
    const scale = this.#scale || 1;
    const lags = this.#lags.map((rate) => rate / scale);
    const most = mostGrowth * Math.max(...lags);
    return Float64Array.from({ length: steps }, () => {
      const next = Math.min(most, Math.max(0, this.#sum(lags)));
      lags.unshift(next);
      lags.pop();
      return next * scale;
    });
  }

  #sum(lags: readonly number[]): number {
    return lags.reduce((sum, one, index) => sum + this.#weights[index + 1]! * one, this.#weights[0]!);
  }

  #correct(regressors: readonly number[], rate: number): void {
    const size = regressors.length;
    const spread = new Float64Array(size);
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        spread[row] = spread[row]! + this.#uncertainty[row * size + column]! * regressors[column]!;
      }
    }
    const surprise = rate - this.#sum(regressors.slice(1));
    const gain = 1 / (this.#forgetting + regressors.reduce((sum, one, at) => sum + one * spread[at]!, 0));
    for (let row = 0; row < size; row++) this.#weights[row] = this.#weights[row]! + gain * spread[row]! * surprise;
    this.#shrink(spread, gain);
  }

  #shrink(spread: Float64Array, gain: number): void {
    const size = spread.length;
    let trace = 0;
    for (let at = 0; at < size; at++) trace += this.#uncertainty[at * (size + 1)]!;
    const growth = trace > mostUncertainty ? 1 : 1 / this.#forgetting;
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const at = row * size + column;
        this.#uncertainty[at] = (this.#uncertainty[at]! - gain * spread[row]! * spread[column]!) * growth;
      }
    }
  }
}
