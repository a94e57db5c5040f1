import { describe, expect, test } from 'vitest';
import { validAction } from '../../controller/valid-action.ts';
import { action, service } from '../env/sim/small-service.ts';

describe('what an action says of Lambda', () => {
  test('is kept as it is, or left out as it is', () => {
    const one = { ...action(1, 0), spillover: { maxWaitMs: [0], lambdaShare: 0 } };
    expect(validAction(one, service)).toEqual({ action: one });
    const full = { ...one, lambdaProvisioned: 3, lambdaBatch: { size: 4, timeoutMs: 50 } };
    expect(validAction(full, service)).toEqual({ action: full });
  });

  test.each([
    [{ lambdaProvisioned: 1001 }, 'gave 1001 provisioned environments, where the function allows 0 to 1000'],
    [{ lambdaProvisioned: Number.NaN }, 'gave NaN provisioned environments, where the function allows 0 to 1000'],
    [{ lambdaBatch: 4 }, 'gave a Lambda batch that is no record of size and timeoutMs'],
    [{ lambdaBatch: { size: 0, timeoutMs: 5 } }, 'gave Lambda batches of 0, which must be 1 to 10000'],
    [
      { lambdaBatch: { size: 2, timeoutMs: Number.NaN } },
      'gave Lambda batches a timeout of NaN ms, which must be 0 or more',
    ],
  ])('is refused where it fits no function: %j', (wrong, fault) => {
    const one = { ...action(1, 0), spillover: { maxWaitMs: [0], lambdaShare: 0 }, ...wrong };
    expect(validAction(one, service)).toEqual({ fault });
  });
});
