import { Autoregression } from './autoregression.ts';
import { ConditionalRatios } from './conditional-ratios.ts';
import { ErrorQuantiles } from './error-quantiles.ts';
import type { Forecaster } from './forecaster.ts';
import { HoltWinters } from './holt-winters.ts';
import { LastValue } from './last-value.ts';
import { Seasonal } from './seasonal.ts';

/** A way to forecast, made for intervals of any length. */
export interface ForecasterKind {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
  create(intervalSeconds: number): Forecaster;
}

/** By name, those that every policy can use; their settings are for intervals of about a minute. */
export const forecasterKinds: readonly ForecasterKind[] = [
  {
    name: 'last-value',
    summary: 'Everything stays as it is.',
    source: 'The naive forecast.',
    create: () => new ErrorQuantiles(new LastValue()),
  },
  {
    name: 'holt-winters',
    summary: 'Exponential smoothing of level and damped trend.',
    source: 'Holt (1957), Winters (1960), Gardner and McKenzie (1985).',
    create: () => new ErrorQuantiles(new HoltWinters()),
  },
  {
    name: 'seasonal',
    summary:
      'The mean load of the hour of the week, or of the day, times how much busier the newest intervals were than that.',
    source: 'Seasonal means with a level, as in Winters (1960).',
    create: (intervalSeconds) => new ErrorQuantiles(hourOfWeek(intervalSeconds)),
  },
  {
    name: 'ar',
    summary: 'A weighted sum of the newest rates, its weights by recursive least squares.',
    source: 'Ljung, "System Identification", section 11.2.',
    create: () => new ErrorQuantiles(new Autoregression()),
  },
  {
    name: 'quantile',
    summary: 'What came after the past moments most like this one, in proportion.',
    source: 'Nearest-neighbour conditional quantiles (Bhattacharya and Gangopadhyay 1990).',
    create: () => new ConditionalRatios(),
  },
];

/** Hour of the week, with the level of the last quarter of an hour; a fortnight of days, four weeks. */
export function hourOfWeek(intervalSeconds: number): Seasonal {
  const placeSteps = Math.max(1, Math.round(3600 / intervalSeconds));
  return new Seasonal({
    seasonSteps: [168 * placeSteps, 24 * placeSteps],
    placeSteps,
    levelSteps: Math.max(1, Math.round(900 / intervalSeconds)),
    rounds: 14,
  });
}
