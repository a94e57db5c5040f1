import type { RatePoint } from '../demand.ts';

/** A straight line through rates, as Spock's linear-regression predictor draws it. */
export interface Trend {
  readonly meanPerSecond: number;
  /** Requests per second, per second. */
  readonly slope: number;
  readonly meanSeconds: number;
}

/** Least squares; a single point has slope 0. Needs at least one point. */
export function fitTrend(points: readonly RatePoint[]): Trend {
  const meanSeconds = points.reduce((sum, one) => sum + one.endSeconds, 0) / points.length;
  const meanPerSecond = points.reduce((sum, one) => sum + one.perSecond, 0) / points.length;
  let square = 0;
  let product = 0;
  for (const { endSeconds, perSecond } of points) {
    square += (endSeconds - meanSeconds) ** 2;
    product += (endSeconds - meanSeconds) * (perSecond - meanPerSecond);
  }
  return { meanPerSecond, meanSeconds, slope: square > 0 ? product / square : 0 };
}

/** The line's value at a time, never below 0. */
export function trendAt({ meanPerSecond, meanSeconds, slope }: Trend, timeSeconds: number): number {
  return Math.max(0, meanPerSecond + slope * (timeSeconds - meanSeconds));
}
