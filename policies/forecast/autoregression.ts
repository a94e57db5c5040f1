import type { PointForecaster } from './forecaster.ts';
import { solvePositive } from './solve-positive.ts';
import { stationary } from './stationary.ts';

export interface AutoregressionTerms {
  /** Rates that the next one is taken to depend on. */
  readonly order?: number;
  /** What is left of old evidence after a step, in (0, 1]. */
  readonly forgetting?: number;
}

/** How much the belief that the load stays as it is weighs: as a rate that moves by 3 %. It is never forgotten. */
const belief = 1e-3;
/** Requests per second; smaller rates teach nothing. */
const leastScale = 1e-6;
/** A forecast stays within so many deviations of the mean, or within the newest rates where those lie further off. */
const furthest = 3;

interface Fit {
  readonly mean: number;
  readonly deviation: number;
  readonly constant: number;
  /** [lag - 1] */
  readonly weights: Float64Array;
}

/**
 * The next rate as a constant and a weighted sum of the newest ones, iterated for the steps beyond. The weights follow by least
 * squares over all that was seen, faded (Ljung, "System Identification", section 11.2), with a ridge towards the belief that the load stays as it is.
 * The sums are kept rather than Ljung's recursive inverse, which winds up and then breaks where a load stands still for hours. Weights under which a deviation
 * would grow are contracted until it does not.
 */
export class Autoregression implements PointForecaster {
  readonly #order: number;
  readonly #forgetting: number;
  /** [lag] The newest rates, newest first: one more than the order, as the first is what the others are to explain. */
  #lags: number[] = [];
  #seen = 0;
  /** [lag] Faded sums of the rates. */
  readonly #sums: Float64Array;
  /** [lag * size + lag] Faded sums of their products. */
  readonly #products: Float64Array;
  /** Null: a rate was learnt since. */
  #fit: Fit | null = null;

  constructor({ order = 6, forgetting = 0.9985 }: AutoregressionTerms = {}) {
    this.#order = order;
    this.#forgetting = forgetting;
    this.#sums = new Float64Array(order + 1);
    this.#products = new Float64Array((order + 1) ** 2);
  }

  /** [0] The constant, in requests per second, [lag] the weight of the rate that lies so far back. */
  get weights(): readonly number[] {
    const { constant, weights } = this.#fitted();
    return [constant, ...weights];
  }

  learn(ratePerSecond: number): void {
    const size = this.#order + 1;
    this.#lags.unshift(ratePerSecond);
    this.#fit = null;
    if (this.#lags.length < size) return;
    this.#lags.length = size;
    this.#seen = this.#forgetting * this.#seen + 1;
    for (let row = 0; row < size; row++) {
      this.#sums[row] = this.#forgetting * this.#sums[row]! + this.#lags[row]!;
      for (let column = 0; column < size; column++) {
        const at = row * size + column;
        this.#products[at] = this.#forgetting * this.#products[at]! + this.#lags[row]! * this.#lags[column]!;
      }
    }
  }

  expect(steps: number): Float64Array | null {
    if (this.#lags.length < this.#order) return null;
    const { mean, deviation, constant, weights } = this.#fitted();
    const lags = this.#lags.slice(0, this.#order);
    const most = Math.max(mean + furthest * deviation, ...lags);
    const least = Math.max(0, Math.min(mean - furthest * deviation, ...lags));
    return Float64Array.from({ length: steps }, () => {
      const next = lags.reduce((sum, one, index) => sum + weights[index]! * one, constant);
      lags.unshift(Math.min(most, Math.max(least, next)));
      lags.pop();
      return lags[0]!;
    });
  }

  #fitted(): Fit {
    this.#fit ??=
      this.#seen > 0 ? this.#leastSquares() : { mean: 0, deviation: 0, constant: 0, weights: this.#believed() };
    return this.#fit;
  }

  #believed(): Float64Array<ArrayBuffer> {
    return Float64Array.from({ length: this.#order }, (_, index) => (index === 0 ? 1 : 0));
  }

  #leastSquares(): Fit {
    const order = this.#order;
    const ridge = belief * Math.max(leastScale ** 2, this.#meanSquare());
    const matrix = new Float64Array(order ** 2);
    // What the belief leaves to explain.
    const unexplained = new Float64Array(order);
    for (let row = 0; row < order; row++) {
      for (let column = 0; column < order; column++) {
        matrix[row * order + column] = this.#covariance(row + 1, column + 1) + (row === column ? ridge : 0);
      }
      unexplained[row] = this.#covariance(row + 1, 0) - this.#covariance(row + 1, 1);
    }
    const change = solvePositive(matrix, unexplained);
    const weights = stationary(this.#believed().map((one, index) => one + change[index]!));
    const mean = this.#sums[0]! / this.#seen;
    const explained = weights.reduce((sum, one, index) => sum + one * this.#sums[index + 1]!, 0) / this.#seen;
    const deviation = Math.sqrt(Math.max(0, this.#covariance(0, 0) / this.#seen));
    return { mean, deviation, constant: mean - explained, weights };
  }

  /** Of the rates of all lags. */
  #meanSquare(): number {
    const size = this.#order + 1;
    let sum = 0;
    for (let lag = 0; lag < size; lag++) sum += this.#products[lag * (size + 1)]!;
    return sum / size / this.#seen;
  }

  /** Between two lags, times the evidence. */
  #covariance(row: number, column: number): number {
    return this.#products[row * (this.#order + 1) + column]! - (this.#sums[row]! * this.#sums[column]!) / this.#seen;
  }
}
