import { describe, expect, test } from 'vitest';
import { levelStack } from '../../agent/level-terms.ts';
import { agentPolicy, loadAgent } from '../../agent/saved-agent.ts';
import { defaultPrices } from '../../env/prices.ts';
import type { ServiceProfile } from '../../env/types.ts';
import { examplePool, examplePrices, withRouter } from '../policies/example-service.ts';
import { steadyLoad } from '../policies/steady-load.ts';

/** Behind a router that decides request by request; ten requests a second per VM without a line. */
function contended(contention: number): ServiceProfile {
  return { ...withRouter('overflow'), pools: [{ ...examplePool, contention }] };
}

describe('a VM of which more is asked than it serves', () => {
  const level = (profile: ServiceProfile) => levelStack(profile, examplePrices, 1, 1, [0])[0]!;

  test('serves what it can without a line, where lines slow nobody or nothing limits them', () => {
    for (const profile of [contended(0), { ...contended(0.1), router: 'weights' as const }]) {
      expect(level(profile)).toMatchObject({ vmPerSecond: 10, lineSlowdown: 0 });
    }
  });

  test('serves as much less as its line slows it, a fifth at the most, and so costs as much more beside Lambda', () => {
    const free = level(contended(0));
    let before = 0;
    for (const contention of [0.01, 0.02, 0.1, 1]) {
      const { vmPerSecond, lineSlowdown, terms } = level(contended(contention));
      expect(lineSlowdown).toBeGreaterThanOrEqual(before);
      expect(lineSlowdown).toBeLessThanOrEqual(0.2 + 1e-12);
      expect(vmPerSecond * (1 + lineSlowdown)).toBeCloseTo(10, 9);
      expect(terms.ratio * (1 + lineSlowdown)).toBeCloseTo(free.terms.ratio, 9);
      before = lineSlowdown;
    }
    expect(before).toBeCloseTo(0.2, 9);
  });
});

test('a steady load that fills the VMs but for their lines does not live on Lambda', async () => {
  const saved = await loadAgent('checkpoints/default');
  const { onLambda, inTime, promised } = await steadyLoad((profile) =>
    agentPolicy('ppo', saved, profile, defaultPrices),
  );
  expect(inTime).toBeGreaterThan(promised);
  expect(onLambda).toBeLessThan(0.05);
});
