import type { PointForecaster } from './forecaster.ts';

export interface SeasonalTerms {
  /** Lengths of the seasons in intervals, the one to believe first at the head: a week, and a day until a week is known. */
  readonly seasonSteps: readonly number[];
  /** Intervals that share a place of the season, such as those of an hour; must divide the seasons. */
  readonly placeSteps: number;
  /** Intervals over which the newest load is compared with the season's. */
  readonly levelSteps: number;
  /** Rounds that a place remembers. */
  readonly rounds: number;
}

/** A load this many times the season's is no longer told by the season. */
const mostLevel = 10;

/**
 * The mean load of the hour of the week (of the day, until a week has been seen), times how much busier the newest intervals were than that.
 * Between the middles of two places the season is a straight line. Source: seasonal means with a level as in Winters' multiplicative method (1960);
 * AWS does not publish the forecaster of its predictive scaling, which this one stands in for.
 */
export class Seasonal implements PointForecaster {
  readonly #terms: SeasonalTerms;
  readonly #seasons: readonly Season[];
  #seen = 0;
  /** Of the newest intervals that the season was known for: what was seen, and what the season said. Both fade alike. */
  #seenLoad = 0;
  #saidLoad = 0;

  constructor(terms: SeasonalTerms) {
    this.#terms = terms;
    this.#seasons = terms.seasonSteps.map((steps) => new Season(steps, terms.placeSteps, terms.rounds));
  }

  learn(ratePerSecond: number): void {
    const said = this.#said(this.#seen);
    if (said !== null) {
      const kept = 1 - 1 / this.#terms.levelSteps;
      this.#seenLoad = kept * this.#seenLoad + ratePerSecond;
      this.#saidLoad = kept * this.#saidLoad + said;
    }
    for (const season of this.#seasons) season.learn(this.#seen, ratePerSecond);
    this.#seen++;
  }

  expect(steps: number): Float64Array | null {
    const level = this.#saidLoad > 0 ? Math.min(mostLevel, this.#seenLoad / this.#saidLoad) : 1;
    const expected = new Float64Array(steps);
    for (let step = 0; step < steps; step++) {
      const said = this.#said(this.#seen + step);
      if (said === null) return null;
      expected[step] = level * said;
    }
    return expected;
  }

  #said(at: number): number | null {
    for (const season of this.#seasons) {
      const rate = season.at(at);
      if (rate !== null) return rate;
    }
    return null;
  }
}

/** Mean rates by place. A round counts once its last interval has been seen, so that a place never speaks of the load that it is asked about. */
class Season {
  readonly #placeSteps: number;
  readonly #rounds: number;
  /** [place] Sum of the round that is under way. */
  readonly #sums: Float64Array;
  /** [place] Mean over the rounds. */
  readonly #means: Float64Array;
  /** [place] */
  readonly #counts: Int32Array;

  constructor(steps: number, placeSteps: number, rounds: number) {
    const places = Math.max(1, Math.round(steps / placeSteps));
    this.#placeSteps = placeSteps;
    this.#rounds = rounds;
    this.#sums = new Float64Array(places);
    this.#means = new Float64Array(places);
    this.#counts = new Int32Array(places);
  }

  learn(at: number, rate: number): void {
    const place = this.#placeOf(at);
    this.#sums[place] = this.#sums[place]! + rate;
    if (at % this.#placeSteps !== this.#placeSteps - 1) return;
    const count = Math.min(this.#rounds, this.#counts[place]! + 1);
    this.#counts[place] = count;
    this.#means[place] = this.#means[place]! + (this.#sums[place]! / this.#placeSteps - this.#means[place]!) / count;
    this.#sums[place] = 0;
  }

  /** Null: the season has not been seen there. */
  at(step: number): number | null {
    // Measured in places from the middle of the first one.
    const position = (step + 0.5) / this.#placeSteps - 0.5;
    const before = Math.floor(position);
    const [left, right] = [this.#mean(before), this.#mean(before + 1)];
    if (left === null || right === null) return null;
    return left + (position - before) * (right - left);
  }

  #mean(place: number): number | null {
    const places = this.#means.length;
    const index = ((place % places) + places) % places;
    return this.#counts[index]! > 0 ? this.#means[index]! : null;
  }

  #placeOf(step: number): number {
    return Math.floor(step / this.#placeSteps) % this.#means.length;
  }
}
