import { expect, test } from 'vitest';
import { ForecastFeed } from '../../../policies/forecast/feed.ts';
import type { Forecaster } from '../../../policies/forecast/forecaster.ts';
import { observation } from '../example-service.ts';

/** Remembers what it was given, and forecasts 1, 2, 3 and so on. */
function witness(): Forecaster & { readonly seen: number[] } {
  const seen: number[] = [];
  return {
    seen,
    observe: (rate) => seen.push(rate),
    forecast: (steps) => Float64Array.from({ length: steps }, (_, step) => step + 1),
  };
}

test('every interval is told once, and nothing is told while metrics are absent', () => {
  const told = witness();
  const feed = new ForecastFeed(told, 60);
  expect(feed.add(observation({ timeSeconds: 60, rates: 10 }))).toBe(true);
  expect(feed.add(observation({ timeSeconds: 70, ageSeconds: 10, rates: 10 }))).toBe(false);
  expect(feed.add(observation({ timeSeconds: 120, rates: null }))).toBe(false);
  expect(feed.add(observation({ timeSeconds: 120, rates: [0, 0, 0, 60, 60, 60] }))).toBe(true);
  expect(told.seen).toEqual([10, 30]);
});

test('intervals whose metrics were lost are filled in with what was expected of them', () => {
  const told = witness();
  const feed = new ForecastFeed(told, 60);
  feed.add(observation({ timeSeconds: 60, rates: 50 }));
  feed.add(observation({ timeSeconds: 240, rates: 80 }));
  expect(told.seen).toEqual([50, 1, 2, 80]);
});

test('earlier demand is told in whole intervals that end where the observations begin', () => {
  const told = witness();
  const requests = Float64Array.from([1000, 30, 30, 60, 60]);
  new ForecastFeed(told, 60).recall({ name: 'past', stepSeconds: 30, requests, counted: true });
  expect(told.seen).toEqual([1, 2]);
});

test('of a past of years only as much is told as a forecaster remembers, up to where the observations begin', () => {
  const told = witness();
  const requests = Float64Array.from({ length: 24 * 1000 }, (_, hour) => 3600 * hour);
  new ForecastFeed(told, 3600).recall({ name: 'past', stepSeconds: 3600, requests, counted: true });
  expect(told.seen).toHaveLength(15 * 168);
  expect(told.seen.at(-1)).toBe(24 * 1000 - 1);
});

test('the steps to a time count from the end of what was seen, so late metrics make them more', () => {
  const feed = new ForecastFeed(witness(), 60);
  expect(feed.stepsTo(600)).toBe(0);
  feed.add(observation({ timeSeconds: 300, ageSeconds: 60, rates: 50 }));
  expect([240, 241, 300, 301, 600].map((time) => feed.stepsTo(time))).toEqual([1, 1, 1, 2, 6]);
});
