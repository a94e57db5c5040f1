import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../../env/random.ts';
import { forecasterKinds } from '../../../policies/forecast/kinds.ts';

/** Hours are places of the season, so that a week is soon over. */
const intervalSeconds = 3600;
const all = forecasterKinds.map((kind) => [kind.name, () => kind.create(intervalSeconds)] as const);
const rates = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 30, maxLength: 120 });

test.each(all)('%s forecasts a constant exactly, and every quantile of it', (_, create) => {
  for (const rate of [0, 37.5]) {
    const forecaster = create();
    for (let step = 0; step < 240; step++) forecaster.observe(rate);
    for (const quantile of [undefined, 0.1, 0.5, 0.99]) {
      for (const one of forecaster.forecast(12, quantile)!) expect(one).toBeCloseTo(rate, 6);
    }
  }
});

test.each(all)('%s says nothing before it has seen anything', (_, create) => {
  expect(create().forecast(3)).toBeNull();
  expect(create().forecast(3, 0.9)).toBeNull();
});

test.each(all)('%s: quantiles do not cross, and no rate is below 0', (_, create) => {
  fc.assert(
    fc.property(rates, (seen) => {
      const forecaster = create();
      for (const rate of seen) forecaster.observe(rate);
      const levels = [0.05, 0.5, 0.95].map((quantile) => forecaster.forecast(8, quantile));
      const [low, middle, high] = levels;
      if (!low || !middle || !high) return;
      for (let step = 0; step < 8; step++) {
        expect(low[step]).toBeGreaterThanOrEqual(0);
        expect(middle[step]).toBeGreaterThanOrEqual(low[step]!);
        expect(high[step]).toBeGreaterThanOrEqual(middle[step]!);
      }
    }),
    { numRuns: 30 },
  );
});

test.each(all)('%s: how far is asked for does not change what is said of the first steps', (_, create) => {
  fc.assert(
    fc.property(rates, (seen) => {
      const forecaster = create();
      for (const rate of seen) forecaster.observe(rate);
      for (const quantile of [undefined, 0.9]) {
        const far = forecaster.forecast(9, quantile);
        expect(forecaster.forecast(4, quantile)).toEqual(far?.slice(0, 4) ?? null);
      }
    }),
    { numRuns: 30 },
  );
});

test.each(all)('%s: twice the load is twice the forecast', (_, create) => {
  const [one, two] = [create(), create()];
  for (let step = 0; step < 200; step++) {
    const rate = 50 + 20 * Math.sin(step / 5) + ((step * 7919) % 13);
    one.observe(rate);
    two.observe(2 * rate);
  }
  for (const quantile of [undefined, 0.9]) {
    const [small, large] = [one.forecast(6, quantile)!, two.forecast(6, quantile)!];
    for (const [step, rate] of small.entries()) expect(large[step]).toBeCloseTo(2 * rate, 6);
  }
});

test.each(forecasterKinds.map((kind) => [kind.name, kind] as const))(
  '%s: who asks for no quantile hears the same middle',
  (_, kind) => {
    fc.assert(
      fc.property(rates, (seen) => {
        const [whole, middle] = [kind.create(intervalSeconds), kind.middle(intervalSeconds)];
        for (const rate of seen) {
          whole.observe(rate);
          middle.observe(rate);
        }
        expect(middle.forecast(70)).toEqual(whole.forecast(70));
      }),
      { numRuns: 30 },
    );
  },
);

/** [minute] A rhythm of the day that stands still within each hour, as counts of hours told by the minute do; then noise. */
function steps(days: number): number[] {
  const random = Random.seeded(5, 'steps');
  const rates: number[] = [];
  for (let hour = 0; hour < 24 * days; hour++) {
    const rate = (300 + 200 * Math.sin((2 * Math.PI * hour) / 24)) * (1 + 0.1 * random.normal());
    for (let minute = 0; minute < 60; minute++) rates.push(rate);
  }
  for (let minute = 0; minute < 120; minute++) rates.push(rates.at(-1)! * (1 + 0.02 * random.normal()));
  return rates;
}

test.each(forecasterKinds.map((kind) => [kind.name, kind] as const))(
  '%s: a hundred days that stand still for hours leave it no further off than the load moves in an hour',
  (_, kind) => {
    const forecaster = kind.middle(60);
    const rates = steps(100);
    const largest = rates.reduce((most, one) => Math.max(most, one), 0);
    let off = 0;
    let moved = 0;
    let judged = 0;
    for (const [minute, rate] of rates.entries()) {
      if (minute % 97 === 0 || minute > rates.length - 140) {
        const forecast = forecaster.forecast(20);
        const later = rates[minute + 19];
        if (forecast !== null && later !== undefined && minute > 1440 * 8) {
          judged++;
          off += Math.abs(forecast[19]! - later);
          moved += Math.abs(rates[minute - 60]! - rate);
          for (const one of forecast) expect(one).toBeLessThan(2 * largest);
        }
      }
      forecaster.observe(rate);
    }
    expect(judged).toBeGreaterThan(1000);
    expect(off).toBeLessThan(moved);
  },
  20_000,
);
