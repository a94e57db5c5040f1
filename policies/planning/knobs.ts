import type { MiddleForecaster } from '../forecast/forecaster.ts';
import { forecasterKinds } from '../forecast/kinds.ts';
import type { Parameter } from '../kind.ts';

/** Parameters that the planners share. */
export const lambdaFactor = {
  name: 'lambdaFactor',
  unit: 'factor',
  default: 1,
  min: 0.1,
  max: 10,
  meaning: 'Lambda is taken to cost this much times its price',
  tune: [0.5, 0.7, 0.85, 1, 1.2, 1.5, 2],
} as const satisfies Parameter;

/** Parameters are numbers, so a forecaster is named by its place. */
export const forecaster = {
  name: 'forecaster',
  unit: 'position',
  default: 1,
  min: 1,
  max: 5,
  whole: true,
  meaning: 'who forecasts: 1 last-value, 2 holt-winters, 3 seasonal, 4 ar, 5 quantile',
  tune: [1, 2, 3, 4, 5],
} as const satisfies Parameter;

/** @param position from 1 */
export function forecasterOf(position: number, intervalSeconds: number): MiddleForecaster {
  return forecasterKinds[position - 1]!.middle(intervalSeconds);
}
