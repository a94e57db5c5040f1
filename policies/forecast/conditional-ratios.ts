import type { Forecaster } from './forecaster.ts';
import { quantileOf } from './sample-quantile.ts';

export interface ConditionalRatioTerms {
  /** Past intervals that are looked at. */
  readonly memory?: number;
  /** Those of them that are most like the present, which the quantiles are taken of. */
  readonly neighbours?: number;
  /** Intervals whose mean is the size of the load; the newest rate over it is what must be alike. */
  readonly meanSteps?: number;
}

const fewestNeighbours = 10;

/**
 * What came after moments like this one, in proportion. A moment is described by the newest rate over the mean of the newest few; of the past moments most
 * like the present the ratios of the later rate to that mean are taken, and their empirical quantile times the present mean is the forecast.
 * Source: nearest-neighbour estimate of a conditional quantile (Bhattacharya and Gangopadhyay, Annals of Statistics 1990).
 */
export class ConditionalRatios implements Forecaster {
  readonly #memory: number;
  readonly #neighbours: number;
  readonly #meanSteps: number;
  /** Oldest first: the rates, the means over the newest few, and the rates over those means. */
  #rates: number[] = [];
  #means: number[] = [];
  #signs: number[] = [];
  /** Past moments, those most like the present first; null: not looked for yet. */
  #alike: readonly number[] | null = null;

  constructor({ memory = 1440, neighbours = 120, meanSteps = 5 }: ConditionalRatioTerms = {}) {
    this.#memory = memory;
    this.#neighbours = neighbours;
    this.#meanSteps = meanSteps;
  }

  observe(ratePerSecond: number): void {
    this.#rates.push(ratePerSecond);
    const newest = this.#rates.slice(-this.#meanSteps);
    const mean = newest.reduce((sum, one) => sum + one, 0) / newest.length;
    this.#means.push(mean);
    this.#signs.push(mean > 0 ? ratePerSecond / mean : 1);
    if (this.#rates.length > 2 * this.#memory) this.#forget();
    this.#alike = null;
  }

  #forget(): void {
    [this.#rates, this.#means, this.#signs] = [this.#rates, this.#means, this.#signs].map((one) =>
      one.slice(-this.#memory),
    ) as [number[], number[], number[]];
  }

  forecast(steps: number, quantile = 0.5): Float64Array | null {
    if (this.#rates.length < this.#meanSteps + fewestNeighbours) return null;
    const mean = this.#means.at(-1)!;
    const forecast = new Float64Array(steps);
    this.#alike ??= this.#mostAlike();
    let ratio = 1;
    for (let step = 0; step < steps; step++) {
      const ratios = this.#ratiosAfter(this.#alike, step + 1);
      // Further ahead than the past reaches, what is known stands in.
      if (ratios.length >= fewestNeighbours) ratio = quantileOf(ratios, quantile);
      forecast[step] = mean * ratio;
    }
    return forecast;
  }

  #mostAlike(): number[] {
    const newest = this.#rates.length - 1;
    const oldest = Math.max(this.#meanSteps - 1, newest - this.#memory);
    const sign = this.#signs[newest]!;
    const distances = Float64Array.from({ length: newest - oldest }, (_, at) =>
      Math.abs(this.#signs[oldest + at]! - sign),
    );
    const order = Array.from(distances, (_, at) => at);
    order.sort((a, b) => distances[a]! - distances[b]! || b - a);
    return order.map((at) => at + oldest);
  }

  #ratiosAfter(alike: readonly number[], steps: number): Float64Array {
    const ratios: number[] = [];
    for (const at of alike) {
      const [rate, mean] = [this.#rates[at + steps], this.#means[at]!];
      if (rate !== undefined && mean > 0) ratios.push(rate / mean);
      if (ratios.length === this.#neighbours) break;
    }
    return Float64Array.from(ratios);
  }
}
