import { Autoregression } from './autoregression.ts';
import { ConditionalRatios } from './conditional-ratios.ts';
import { ErrorQuantiles } from './error-quantiles.ts';
import type { Forecaster, MiddleForecaster, PointForecaster } from './forecaster.ts';
import { HoltWinters } from './holt-winters.ts';
import { LastValue } from './last-value.ts';
import { Middle } from './middle.ts';
import { Seasonal } from './seasonal.ts';

/** A way to forecast, made for intervals of any length. */
export interface ForecasterKind {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
  create(intervalSeconds: number): Forecaster;
  /** For those who ask for no quantile: the same forecasts in a fraction of the time. */
  middle(intervalSeconds: number): MiddleForecaster;
}

type Told = Pick<ForecasterKind, 'name' | 'summary' | 'source'>;

function pointKind(told: Told, point: (intervalSeconds: number) => PointForecaster): ForecasterKind {
  return {
    ...told,
    create: (intervalSeconds) => new ErrorQuantiles(point(intervalSeconds)),
    middle: (intervalSeconds) => new Middle(point(intervalSeconds)),
  };
}

/** By name, those that every policy can use; their settings are for intervals of about a minute. */
export const forecasterKinds: readonly ForecasterKind[] = [
  pointKind(
    {
      name: 'last-value',
      summary: 'Everything stays as it is.',
      source: 'The naive forecast.',
    },
    () => new LastValue(),
  ),
  pointKind(
    {
      name: 'holt-winters',
      summary: 'Exponential smoothing of level and damped trend.',
      source: 'Holt (1957), Winters (1960), Gardner and McKenzie (1985).',
    },
    () => new HoltWinters(),
  ),
  pointKind(
    {
      name: 'seasonal',
      summary:
        'The mean load of the hour of the week, or of the day, times how much busier the newest intervals were than that.',
      source: 'Seasonal means with a level, as in Winters (1960).',
    },
    (intervalSeconds) => hourOfWeek(intervalSeconds),
  ),
  pointKind(
    {
      name: 'ar',
      summary: 'A weighted sum of the newest rates, its weights by faded least squares.',
      source: 'Ljung, "System Identification", section 11.2.',
    },
    () => new Autoregression(),
  ),
  {
    name: 'quantile',
    summary: 'What came after the past moments most like this one, in proportion.',
    source: 'Nearest-neighbour conditional quantiles (Bhattacharya and Gangopadhyay 1990).',
    create: () => new ConditionalRatios(),
    middle: () => new ConditionalRatios(),
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
