import { expect, test } from 'vitest';
import { attainment, meanAccuracy, totalUsd } from '../../../env/outcome.ts';
import { openSimulator } from '../../../env/sim/open.ts';
import type { Outcome, ServiceProfile, Workload } from '../../../env/types.ts';
import type { VmPool } from '../../../env/vm-pool.ts';
import { durationSeconds } from '../../../env/workload/duration.ts';
import { readWorkload } from '../../../env/workload/reference.ts';
import { costBound } from '../../../policies/bound/cost-bound.ts';
import { runPolicy } from '../../../policies/evaluation/run.ts';
import { createPolicy, policyKinds } from '../../../policies/registry.ts';
import { examplePool, examplePrices, exampleProfile, observation } from '../example-service.ts';

async function outcomeOf(specification: string, profile: ServiceProfile, workload: Workload): Promise<Outcome> {
  const policy = createPolicy(specification, profile, examplePrices);
  policy.foresee?.(workload);
  const environment = openSimulator({ fidelity: 'fluid', profile, prices: examplePrices, workload, seed: 3 });
  const decisions = Math.floor(durationSeconds(workload) / profile.decisionSeconds);
  return (await runPolicy({ profile, policy, environment, decisions, warmUpSeconds: 0, keepsTimeline: false })).outcome;
}

const references = ['diurnal:mean=120,hours=4,seed=2', 'flash-crowd:hours=1,seed=3', 'on-off:on=150,hours=2,seed=4'];
const gpu: VmPool = { ...examplePool, name: 'gpu', instanceType: 'large', min: 0, serviceMs: [10, 20, 40] };
const services: readonly (readonly [string, ServiceProfile])[] = [
  ['one pool', exampleProfile],
  ['two pools', { ...exampleProfile, pools: [{ ...examplePool, min: 0 }, gpu] }],
  ['a floor between two variants', { ...exampleProfile, accuracyFloor: 0.78 }],
  ['the router of weights', { ...exampleProfile, router: 'weights' }],
];

test.each(services)('the oracle keeps the promise, above the bound and below the rules: %s', async (_, profile) => {
  let rules = 0;
  let oracle = 0;
  for (const reference of references) {
    const workload = await readWorkload(reference, {});
    const outcome = await outcomeOf('oracle', profile, workload);
    const usd = totalUsd(outcome);
    if (profile.router === 'overflow')
      expect(attainment(outcome.classes)).toBeGreaterThanOrEqual(profile.slo.attainment);
    expect(meanAccuracy(outcome)).toBeGreaterThanOrEqual(profile.accuracyFloor - 1e-9);
    expect(usd).toBeGreaterThan(costBound(profile, examplePrices, workload).usd);
    oracle += usd;
    rules += totalUsd(await outcomeOf('percentile', profile, workload));
  }
  expect(oracle).toBeLessThan(rules);
});

test('VMs are asked for a boot ahead, and serve from the decision at which the load rises', () => {
  const requests = Float64Array.from({ length: 30 }, (_, minute) => (minute >= 15 ? 6000 : 600));
  const policy = createPolicy('oracle', exampleProfile, examplePrices);
  policy.foresee!({ name: 'step', stepSeconds: 60, requests, counted: false });
  const asked = Array.from({ length: 30 }, (_, minute) => {
    return policy.decide(observation({ timeSeconds: 60 * minute, rates: 1, ready: 1 })).action.vmCounts[0]!;
  });
  // A boot takes two decisions.
  expect(asked[12]).toBeLessThanOrEqual(2);
  expect(asked[13]).toBeGreaterThanOrEqual(9);
  expect(asked[20]).toBe(asked[13]);
  expect(asked[29]).toBeLessThanOrEqual(asked[20]!);
});

test('without a future, and after it, the fleet that is there is held', () => {
  const policy = createPolicy('oracle', exampleProfile, examplePrices);
  const seen = observation({ timeSeconds: 600, rates: 100, ready: 7, booting: 2 });
  expect(policy.decide(seen).action.vmCounts).toEqual([9]);
  policy.foresee!({ name: 'short', stepSeconds: 60, requests: new Float64Array(5).fill(600), counted: true });
  expect(policy.decide(seen).action.vmCounts).toEqual([9]);
});

test('it is marked as clairvoyant, so that no controller runs it', () => {
  expect(policyKinds.find((kind) => kind.name === 'oracle')?.isClairvoyant).toBe(true);
});
