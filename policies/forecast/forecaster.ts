/** Sees one rate after another, and says what it expects of the next ones. Rates are in requests per second, means of equal intervals. */
export interface MiddleForecaster {
  /** The newest interval, in order; none may be left out (see ForecastFeed). */
  observe(ratePerSecond: number): void;
  /** [step] The middle of what is expected of the next intervals, never below 0; null: too little seen. */
  forecast(steps: number): Float64Array | null;
}

/** One that also knows how it errs. */
export interface Forecaster extends MiddleForecaster {
  /** @param quantile in (0, 1): the rate that stays below it with this probability; absent: the middle */
  forecast(steps: number, quantile?: number): Float64Array | null;
}

/** A forecaster without a notion of its error; ErrorQuantiles makes a whole one of it, Middle one for those who ask for no quantile. */
export interface PointForecaster {
  learn(ratePerSecond: number): void;
  /** [step] Null: too little seen. */
  expect(steps: number): Float64Array | null;
}
