import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FleetView } from '../../../env/aws/fleet/fleet-view.ts';
import {
  mostTargetGroups,
  mostWeight,
  type SplitFacts,
  splitOf,
  wholeWeights,
} from '../../../env/aws/levers/weights.ts';
import type { TargetWeight } from '../../../env/aws/writing/mutation.ts';
import type { DeployedService } from '../../../env/deployment/deployment.ts';
import type { Action } from '../../../env/types.ts';
import { example } from '../twin/open.ts';

let service: DeployedService;

beforeAll(async () => {
  service = await example('weighted-classifier');
});

const action = (variant: number, lambdaShare: number): Action => ({
  variant,
  vmCounts: [4],
  lambdaMemoryMb: 1769,
  spillover: { maxWaitMs: [null, null], lambdaShare },
});

/** `healthy`: [variant] of the only pool. */
function fleet(healthy: readonly (number | null)[]): FleetView {
  return {
    pools: [{ min: 1, max: 400, desired: 4, ready: 4, booting: 0, sick: 0, healthyTargets: healthy, hindrances: [] }],
  };
}

function facts(healthy: readonly (number | null)[], changed: Partial<SplitFacts> = {}): SplitFacts {
  return { ...service, fleet: fleet(healthy), before: [], ...changed };
}

const vmGroup = (variant: number) => service.deployment.pools[0]!.targetGroups[variant]!;
const lambdaGroup = (variant: number) => service.deployment.functions[variant]!.targetGroup!;
const weightOf = (weights: readonly TargetWeight[] | null, group: string) =>
  weights?.find(({ targetGroup }) => targetGroup === group)?.weight ?? 0;

describe('the traffic', () => {
  test('is split by the share that is asked for', () => {
    const { weights } = splitOf(action(1, 0.25), facts([4, 4, 4]));
    expect(weightOf(weights, vmGroup(1))).toBe(749);
    expect(weightOf(weights, lambdaGroup(1))).toBe(250);
  });

  test('goes to Lambda alone where no VM of any variant is healthy: a load balancer does not fail over between weighted groups', () => {
    const { weights } = splitOf(action(1, 0), facts([0, 0, 0]));
    expect(weightOf(weights, lambdaGroup(1))).toBe(mostWeight);
    expect(weightOf(weights, vmGroup(1))).toBe(0);
  });

  test.each([null, 1_000_001])(
    'never goes to Lambda where requests may be too large for it (%s bytes)',
    (maxRequestBytes) => {
      const deployment = { ...service.deployment, maxRequestBytes };
      const { weights, said } = splitOf(action(1, 0.5), facts([4, 4, 4], { deployment }));
      expect(weightOf(weights, lambdaGroup(1))).toBe(0);
      expect(weightOf(weights, vmGroup(1))).toBe(mostWeight);
      expect(said.join()).toContain('gets no weight there');
    },
  );

  test('stays where nothing could take it', () => {
    const deployment = { ...service.deployment, maxRequestBytes: null };
    expect(splitOf(action(1, 0.5), facts([0, 0, 0], { deployment })).weights).toBeNull();
  });

  test('stays where nobody knows which targets are healthy, which is not the same as none', () => {
    const { weights, said } = splitOf(action(1, 0), facts([4, null, 4]));
    expect(weights).toBeNull();
    expect(said.join()).toContain('Nobody knows');
  });

  test('stays with a variant that is served while the wanted one has no healthy target', () => {
    const before = [{ targetGroup: vmGroup(1), weight: 999 }];
    const { weights, variant, said } = splitOf(action(2, 0.1), facts([4, 4, 0], { before }));
    expect(variant).toBe(1);
    expect(weightOf(weights, vmGroup(1))).toBeGreaterThan(0);
    expect(said.join()).toContain('stays with inception-v3');
  });

  test('moves to the groups of another variant as a whole', () => {
    const before = [{ targetGroup: vmGroup(1), weight: 999 }];
    const { weights } = splitOf(action(2, 0), facts([4, 4, 4], { before }));
    expect(weightOf(weights, vmGroup(2))).toBe(mostWeight);
    expect(weightOf(weights, vmGroup(1))).toBe(0);
  });

  test("is not taken from a group of somebody else's", () => {
    const before = [{ targetGroup: 'arn:theirs', weight: 1 }];
    const { weights, said } = splitOf(action(1, 0), facts([4, 4, 4], { before }));
    expect(weights).toBeNull();
    expect(said.join()).toContain('arn:theirs');
  });
});

test('pools share by what their healthy targets can serve', async () => {
  const { profile, deployment } = service;
  const slower = { ...profile.pools[0]!, serviceMs: profile.pools[0]!.serviceMs.map((time) => time && 3 * time) };
  const groups = deployment.pools[0]!.targetGroups.map((group) => `${group}-b`);
  const two = {
    profile: { ...profile, pools: [...profile.pools, slower] },
    deployment: { ...deployment, pools: [...deployment.pools, { ...deployment.pools[0]!, targetGroups: groups }] },
    fleet: { pools: [...fleet([4, 4, 4]).pools, ...fleet([4, 4, 4]).pools] },
  };
  const { weights } = splitOf(action(1, 0), { ...two, before: [] });
  expect(weightOf(weights, vmGroup(1)) / weightOf(weights, groups[1]!)).toBeCloseTo(3, 1);
});

test('groups without weight stay in the rule while there is room, since a load balancer checks none that no rule names', () => {
  const { weights } = splitOf(action(1, 0.5), facts([4, 4, 4]));
  expect(weights).toHaveLength(mostTargetGroups);
  for (const variant of [0, 1, 2]) expect(weights!.map(({ targetGroup }) => targetGroup)).toContain(vmGroup(variant));
});

test('whatever is asked and whatever is healthy: legal weights, not all 0, none for a group without healthy targets', () => {
  const healthy = fc.oneof(fc.constant(0), fc.constant(null), fc.integer({ min: 1, max: 500 }));
  fc.assert(
    fc.property(
      fc.array(healthy, { minLength: 3, maxLength: 3 }),
      fc.integer({ min: 0, max: 2 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.option(fc.integer({ min: 0, max: 2_000_000 })),
      fc.option(fc.integer({ min: 0, max: 2 })),
      (counts, variant, share, maxRequestBytes, serving) => {
        const before = serving === null ? [] : [{ targetGroup: vmGroup(serving), weight: 500 }];
        const deployment = { ...service.deployment, maxRequestBytes };
        const { weights, variant: kept } = splitOf(action(variant, share), facts(counts, { before, deployment }));
        if (weights === null) return;
        expect(weights.length).toBeLessThanOrEqual(mostTargetGroups);
        expect(new Set(weights.map(({ targetGroup }) => targetGroup)).size).toBe(weights.length);
        for (const { weight } of weights) expect(Number.isInteger(weight) && weight >= 0 && weight <= 999).toBe(true);
        expect(weights.reduce((sum, { weight }) => sum + weight, 0)).toBe(mostWeight);
        for (const one of [0, 1, 2]) if (!counts[one]) expect(weightOf(weights, vmGroup(one))).toBe(0);
        if (maxRequestBytes === null || maxRequestBytes > 1_000_000) {
          for (const one of [0, 1, 2]) expect(weightOf(weights, lambdaGroup(one))).toBe(0);
        } else if (counts[kept]) expect(Math.abs(weightOf(weights, lambdaGroup(kept)) - share * 999)).toBeLessThan(1);
      },
    ),
  );
});

test('whole weights add up, and are off by less than one', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 }), (raw) => {
      const sum = raw.reduce((all, one) => all + one, 0);
      const parts = raw.map((one) => one / sum);
      const whole = wholeWeights(parts);
      expect(whole.reduce((all, one) => all + one, 0)).toBe(mostWeight);
      for (const [index, part] of parts.entries())
        expect(Math.abs(whole[index]! - part * mostWeight)).toBeLessThan(1 + 1e-9);
    }),
  );
});
