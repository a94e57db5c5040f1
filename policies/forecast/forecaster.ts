/** Sees one rate after another, and says what it expects of the next ones. Rates are in requests per second, means of equal intervals. */
export interface Forecaster {
  /** The newest interval, in order; none may be left out (see ForecastFeed). */
  observe(ratePerSecond: number): void;
  /**
   * [step] The next intervals, never below 0; null: too little seen.
   * @param quantile in (0, 1): the rate that stays below it with this probability; absent: the middle of what is expected
   */
  forecast(steps: number, quantile?: number): Float64Array | null;
}

/** A forecaster without a notion of its error; ErrorQuantiles makes a whole one of it. */
export interface PointForecaster {
  learn(ratePerSecond: number): void;
  /** [step] Null: too little seen. */
  expect(steps: number): Float64Array | null;
}
