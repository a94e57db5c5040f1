import { expect, test } from 'vitest';
import { meanAccuracy, totalRequests, totalUsd } from '../../../env/outcome.ts';
import { Random } from '../../../env/random.ts';
import { openSimulator } from '../../../env/sim/open.ts';
import type { ServiceProfile, Workload } from '../../../env/types.ts';
import type { VmPool } from '../../../env/vm-pool.ts';
import { durationSeconds } from '../../../env/workload/duration.ts';
import { costBound } from '../../../policies/bound/cost-bound.ts';
import { leastCost } from '../../../policies/bound/least-cost.ts';
import { runPolicy } from '../../../policies/evaluation/run.ts';
import { examplePool, examplePrices, exampleProfile } from '../example-service.ts';
import { randomPolicy, randomPrices, randomService, randomWorkload } from './random-service.ts';

const cpu: VmPool = { ...examplePool, min: 0 };
const gpu: VmPool = {
  ...cpu,
  name: 'gpu',
  instanceType: 'large',
  serviceMs: [10, 20, 40],
  boot: { medianSeconds: 300, sigma: 0 },
};
const both: ServiceProfile = { ...exampleProfile, pools: [cpu, gpu] };

function waves(scale: number, minutes = 90): Workload {
  const requests = Float64Array.from({ length: minutes }, (_, minute) => 60 * scale * (30 + 20 * Math.sin(minute / 5)));
  return { name: 'waves', stepSeconds: 60, requests, counted: false };
}

test('with one pool the bound is the exact one, and says so', async () => {
  const bound = await leastCost(exampleProfile, examplePrices, waves(1));
  expect(bound).toEqual(costBound(exampleProfile, examplePrices, waves(1)));
  expect(bound.kind).toBe('levels');
});

test('with two pools the programme tells them apart, so it lies above the pool that has the best of both', async () => {
  const bound = await leastCost(both, examplePrices, waves(1));
  expect(bound.kind).toBe('lp');
  expect(bound.usd).toBeGreaterThan(costBound(both, examplePrices, waves(1)).usd);
});

test('a second pool never makes the bound higher', async () => {
  for (const scale of [0.3, 1, 4]) {
    const { usd } = await leastCost(both, examplePrices, waves(scale));
    for (const pools of [[cpu], [gpu]]) {
      // VMs of one pool are whole there, and divisible here.
      expect(usd).toBeLessThanOrEqual(costBound({ ...both, pools }, examplePrices, waves(scale)).usd * (1 + 1e-6));
    }
  }
});

test('two pools of the same kind cost what one costs, but for whole VMs', async () => {
  const twins = { ...both, pools: [cpu, { ...cpu, name: 'twin' }] };
  const one = costBound({ ...both, pools: [{ ...cpu, max: 100 }] }, examplePrices, waves(20)).usd;
  const { usd } = await leastCost(twins, examplePrices, waves(20));
  expect(usd / one).toBeLessThanOrEqual(1 + 1e-6);
  expect(usd / one).toBeGreaterThan(0.985);
});

test('a day in longer steps, or in stretches, is bounded no higher than in short ones at once', async () => {
  const day = waves(1, 1440 + 60);
  const short = await leastCost(both, examplePrices, day);
  const long = await leastCost(both, examplePrices, day, { stepSeconds: 600 });
  expect(long.usd).toBeLessThanOrEqual(short.usd * (1 + 1e-6));
  expect(long.usd).toBeGreaterThan(0.8 * short.usd);
});

test('no run of a random service with two pools costs less, at its own misses and accuracy', async () => {
  let judged = 0;
  for (let seed = 1; judged < 40; seed++) {
    const random = Random.seeded(seed, 'two pools');
    const profile = randomService(random, { serviceCv: 0.3, bootSigma: 0 });
    const prices = randomPrices(random);
    const workload = randomWorkload(random);
    if (profile.pools.length < 2) continue;
    judged++;
    const policy = randomPolicy(random, profile, workload);
    const environment = openSimulator({ fidelity: 'fluid', profile, prices, workload, seed });
    const decisions = durationSeconds(workload) / profile.decisionSeconds;
    const run = { profile, policy, environment, decisions, warmUpSeconds: 0, keepsTimeline: false };
    const { outcome } = await runPolicy(run);
    if (totalRequests(outcome) === 0) continue;
    const inTime = outcome.classes.reduce((sum, one) => sum + one.inTime, 0);
    const missShare = Math.min(1, Math.max(0, 1 - inTime / totalRequests(outcome)));
    const judgedAs = { ...profile, accuracyFloor: (meanAccuracy(outcome) ?? 0) - 1e-12 };
    const { usd } = await leastCost(judgedAs, prices, workload, { missShare, provisions: true });
    expect(totalUsd(outcome), `service ${seed}`).toBeGreaterThanOrEqual(usd * (1 - 1e-9) - 1e-9);
  }
});
