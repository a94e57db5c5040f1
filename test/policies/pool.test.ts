import { expect, test } from 'vitest';
import { InputProblem } from '../../env/problem.ts';
import type { Observation, ServiceProfile } from '../../env/types.ts';
import { cheapestChoice, usablePools } from '../../policies/economics.ts';
import { createPolicy, policyKinds } from '../../policies/registry.ts';
import { settingOf } from '../../policies/setting.ts';
import { examplePool, examplePrices, exampleProfile, observation } from './example-service.ts';

/** Four times a small VM's price, five times its speed, and slower to boot. */
const gpu = {
  ...examplePool,
  name: 'gpu',
  instanceType: 'large',
  min: 0,
  boot: { medianSeconds: 240, sigma: 0 },
  serviceMs: [10, 20, 40],
};
const weak = { ...examplePool, name: 'weak', serviceMs: [50, null, null] };
const profile: ServiceProfile = { ...exampleProfile, pools: [examplePool, gpu, weak] };
const names = policyKinds.filter((kind) => kind.parameters.some((one) => one.name === 'pool')).map((one) => one.name);
const make = (text: string, service = profile) => createPolicy(text, service, examplePrices);

/** A minute in which so many VMs of each pool are ready. */
const seen = (minute: number, ready: readonly number[], rest: Partial<Observation> = {}): Observation => ({
  ...observation({ timeSeconds: 60 * minute, rates: 195 }),
  utilization: ready.map(() => ({ value: 0.9, ageSeconds: 0 })),
  pools: ready.map((one) => ({ ready: one, booting: 0 })),
  ...rest,
});

test('without a position the pool is the first that is fast enough; with one it is that pool', () => {
  expect(settingOf(profile, examplePrices)).toEqual(settingOf(profile, examplePrices, 1));
  const { choice, vmPerSecond, standingPerSecond, bootSeconds, max } = settingOf(profile, examplePrices, 2);
  expect({ choice, vmPerSecond, standingPerSecond, bootSeconds, max }).toEqual({
    choice: { variant: 1, pool: 1, tier: 1 },
    vmPerSecond: 50,
    standingPerSecond: 10,
    bootSeconds: 240,
    max: 50,
  });
});

test('a stated pool chooses its own cheapest variant', () => {
  // On this pool the big network runs as fast as the middle one, and the middle one not at all.
  const special = { ...gpu, serviceMs: [10, null, 20] };
  const choice = cheapestChoice({ ...profile, pools: [examplePool, special] }, examplePrices, 2);
  expect(choice).toEqual({ variant: 2, pool: 1, tier: 1 });
});

test('a pool may be stated although it is too slow', () => {
  const slow = { ...examplePool, name: 'slow', serviceMs: [900, 900, 900] };
  const pools = [slow, examplePool];
  expect(settingOf({ ...profile, pools }, examplePrices).choice.pool).toBe(1);
  expect(settingOf({ ...profile, pools }, examplePrices, 1).choice.pool).toBe(0);
});

test('pools that run no accurate variant cannot be chosen', () => {
  expect(usablePools(profile)).toEqual([1, 2]);
  expect(usablePools({ ...profile, accuracyFloor: 0.95 })).toEqual([]);
});

test.each([
  [3, profile, /pool 3 \(weak\): no variant meets accuracyFloor 0.8 .*middle 0.8.*; positions that can be given: 1, 2/],
  [4, profile, /pool 4: profile example has only 1 cpu, 2 gpu, 3 weak; give one of these positions/],
  [1, { ...profile, accuracyFloor: 0.95 }, /no variant meets accuracyFloor 0.95 and runs both on a pool and on Lambda/],
] as const)('pool %i that cannot be used is refused in a sentence', (position, service, message) => {
  expect(() => settingOf(service, examplePrices, position)).toThrow(InputProblem);
  expect(() => settingOf(service, examplePrices, position)).toThrow(message);
});

test.each(names)('%s has the parameter, and acts on the pool that it names', (name) => {
  const { action } = make(`${name}:pool=2`).decide(seen(0, [1, 3, 1]));
  expect(action.vmCounts[0]).toBe(1);
  expect(action.vmCounts[1]).toBeGreaterThanOrEqual(3);
  expect(action.vmCounts[2]).toBe(1);
  expect(() => make(`${name}:pool=3`)).toThrow(InputProblem);
  expect(() => make(`${name}:pool=1.5`)).toThrow(/pool is "1.5", but must be a whole number/);
});

test.each(names)('%s without the parameter does as with the first fast pool stated', (name) => {
  const looks = [seen(0, [20, 2, 1]), seen(1, [18, 2, 1]), seen(9, [25, 0, 1])];
  const [usual, stated] = [make(name), make(`${name}:pool=1`)];
  for (const look of looks) expect(stated.decide(look)).toEqual(usual.decide(look));
});

test('a fleet found on another pool stays until the chosen pool carries as much', () => {
  const policy = make('reactive:pool=2,utilization=1');
  const found = policy.decide(seen(0, [20, 0, 1])).action;
  expect(found.vmCounts).toEqual([20, 4, 1]);
  // 19 small VMs are to go, which serve 190 requests per second; 3 large ones serve 150, and 4 serve 200.
  const booting = policy.decide(seen(1, [20, 3, 1], { lastAction: found })).action;
  expect(booting.vmCounts).toEqual([20, 4, 1]);
  const over = policy.decide(seen(2, [20, 4, 1], { lastAction: booting })).action;
  expect(over.vmCounts).toEqual([1, 4, 1]);
  // What was let go does not come back.
  expect(policy.decide(seen(3, [1, 2, 1], { lastAction: over })).action.vmCounts).toEqual([1, 4, 1]);
});

test('a hand-over ends after two boots, whatever became of the chosen pool', () => {
  const policy = make('reactive:pool=2');
  let lastAction = policy.decide(seen(0, [20, 0, 1])).action;
  for (let minute = 1; minute < 8; minute++) {
    lastAction = policy.decide(seen(minute, [20, 0, 1], { lastAction })).action;
    expect(lastAction.vmCounts[0]).toBe(20);
  }
  expect(policy.decide(seen(8, [20, 0, 1], { lastAction })).action.vmCounts[0]).toBe(1);
});
