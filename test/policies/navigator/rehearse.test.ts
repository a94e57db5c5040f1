import { describe, expect, test } from 'vitest';
import { defaultPrices as prices } from '../../../env/prices.ts';
import { readProfile } from '../../../env/profile.ts';
import { readWorkload } from '../../../env/workload/reference.ts';
import { rehearse } from '../../../policies/navigator/rehearse.ts';

const profile = await readProfile('examples/image-classifier.yaml');

describe('a rehearsal', () => {
  test('takes a minute or more, decisions of any length, and variants that do not run on Lambda', async () => {
    const serviceMs = profile.lambda.serviceMs.map((row) => row.map((ms, tier) => (tier === 0 ? null : ms)));
    const service = {
      ...profile,
      decisionSeconds: 900,
      lambda: { ...profile.lambda, serviceMs, coldStartMs: serviceMs },
    };
    const configuration = { variant: 1, fleet: { pool: 0, vms: 20 }, function: null, maxWaitMs: [null, null] };
    for (const reference of ['constant:mean=60,hours=0.5', 'constant:mean=60,hours=0.0167']) {
      const workload = await readWorkload(reference, {});
      const { usdPerHour, attainment } = await rehearse(configuration, service, prices, workload, { seed: 1 });
      expect(usdPerHour).toBeCloseTo(20 * 0.085, 3);
      expect(attainment).toBeGreaterThan(0.99);
    }
  });

  test('says never of a latency that a twentieth of the requests never has', async () => {
    const configuration = { variant: 1, fleet: { pool: 0, vms: 1 }, function: null, maxWaitMs: [null, null] };
    const workload = await readWorkload('constant:mean=60,hours=0.2', {});
    expect((await rehearse(configuration, profile, prices, workload, { seed: 1 })).p95Ms).toBe(Infinity);
  });
});
