import { expect, test } from 'vitest';
import { Random } from '../../../env/random.ts';
import { ConditionalRatios } from '../../../policies/forecast/conditional-ratios.ts';
import { ErrorQuantiles } from '../../../policies/forecast/error-quantiles.ts';
import type { Forecaster } from '../../../policies/forecast/forecaster.ts';
import { pinballLoss } from '../../../policies/forecast/pinball.ts';
import { quantileOf } from '../../../policies/forecast/sample-quantile.ts';

/** Knows the mean of the noise, so that its errors are independent. */
const wise = () => new ErrorQuantiles({ learn: () => {}, expect: (steps) => new Float64Array(steps).fill(100) });

/** Share of independent rates that stay below the forecast. */
function coverage(forecaster: Forecaster, quantile: number, count: number): number {
  const random = Random.seeded(7, `coverage ${quantile}`);
  let below = 0;
  for (let step = -300; step < count; step++) {
    const rate = 100 + 10 * random.exponential();
    if (step >= 0 && rate <= forecaster.forecast(1, quantile)![0]!) below++;
    forecaster.observe(rate);
  }
  return below / count;
}

test.each([
  ['error quantiles', wise],
  ['conditional ratios', () => new ConditionalRatios({ memory: 300 })],
] as const)('%s cover as many rates as they say, within a binomial interval', (_, create) => {
  for (const quantile of [0.1, 0.5, 0.9]) {
    const count = 3000;
    const deviation = Math.sqrt((quantile * (1 - quantile)) / count);
    // A quantile of some hundred errors is itself off by up to one part in a hundred.
    expect(Math.abs(coverage(create(), quantile, count) - quantile)).toBeLessThan(4 * deviation + 0.01);
  }
});

test('the quantile of a sample makes its pinball loss least', () => {
  const random = Random.seeded(3, 'pinball');
  const sample = Float64Array.from({ length: 101 }, () => random.exponential());
  for (const quantile of [0.1, 0.5, 0.9]) {
    const loss = (forecast: number) => sample.reduce((sum, one) => sum + pinballLoss(quantile, one, forecast), 0);
    const least = loss(quantileOf(sample.slice(), quantile));
    for (const other of sample) expect(least).toBeLessThanOrEqual(loss(other) + 1e-9);
  }
});
