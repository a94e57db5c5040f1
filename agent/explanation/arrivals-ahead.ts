import { forecasterKinds } from '../../policies/forecast/kinds.ts';
import type { Demand } from './present.ts';

/** Demand that is assumed, and how it came about. */
export interface ArrivalsAhead {
  readonly demand: Demand;
  /** In a clause. */
  readonly assumption: string;
}

const method = forecasterKinds.find((kind) => kind.name === 'holt-winters')!;
/** Intervals whose scatter is repeated. */
const scatterIntervals = 15;

/**
 * So many intervals after what is known: their means by Holt-Winters, and within each the ups and downs of one of the last intervals, in turn.
 *
 * @param known [interval][bin] requests per second, oldest first
 */
export function arrivalsAhead(known: Demand, intervals: number, decisionSeconds: number): ArrivalsAhead {
  const newest = known.at(-1);
  if (newest === undefined) {
    return { demand: new Array<number[]>(intervals).fill([0]), assumption: 'no arrivals, since none are known' };
  }
  const means = known.map(mean);
  const forecaster = method.create(decisionSeconds);
  for (const one of means) forecaster.observe(one);
  const ahead = forecaster.forecast(intervals) ?? new Float64Array(intervals).fill(means.at(-1)!);
  const shapes = known.slice(-scatterIntervals).map((bins) => shapeOf(bins));
  const demand = Array.from(ahead, (rate, interval) => shapes[interval % shapes.length]!.map((one) => rate * one));
  const [first, last] = [ahead[0]!, ahead.at(-1)!].map((rate) => Number(rate.toPrecision(3)));
  const minutes = (intervals * decisionSeconds) / 60;
  const scatter = shapes.length === 1 ? 'the newest interval' : `the newest ${shapes.length} intervals`;
  return {
    demand,
    assumption: `${first} req/s at first and ${last} after ${Number(minutes.toPrecision(3))} min (Holt-Winters), with the ups and downs of ${scatter}`,
  };
}

/** Bins over their mean; flat where there is no demand. */
function shapeOf(bins: readonly number[]): number[] {
  const level = mean(bins);
  return bins.map((one) => (level > 0 ? one / level : 1));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
