import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPolicy, policyKinds } from '../../policies/registry.ts';
import { drive, vmsOf } from './drive.ts';
import { examplePrices, exampleProfile, observation, type Seen, withRouter } from './example-service.ts';

/** Those that see what a controller sees. */
const names = policyKinds.filter((one) => !one.isClairvoyant).map((one) => one.name);
const make = (text: string, profile = exampleProfile) => createPolicy(text, profile, examplePrices);

/** What a minute may bring: rates, or nothing; and some utilisation. */
const minute: fc.Arbitrary<Seen> = fc.record({
  rates: fc.option(fc.array(fc.double({ min: 0, max: 2000, noNaN: true }), { minLength: 6, maxLength: 6 })),
  utilization: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
});
const minutes = fc.array(minute, { minLength: 1, maxLength: 40 });

test.each(names)('%s never leaves the limits of the pool, and states a legal action', (name) => {
  for (const router of ['overflow', 'weights'] as const) {
    fc.assert(
      fc.property(minutes, fc.integer({ min: 0, max: 80 }), (seen, found) => {
        for (const { action, reason } of drive(make(name, withRouter(router)), seen, found)) {
          expect(Number.isInteger(action.vmCounts[0])).toBe(true);
          expect(action.vmCounts[0]).toBeGreaterThanOrEqual(1);
          expect(action.vmCounts[0]).toBeLessThanOrEqual(50);
          expect(action.variant).toBe(1);
          expect(action.lambdaMemoryMb).toBe(1024);
          expect(action.spillover.lambdaShare).toBeGreaterThanOrEqual(0);
          expect(action.spillover.lambdaShare).toBeLessThanOrEqual(1);
          expect(reason).toMatch(/; \d+ ready, \d+ booting$/);
        }
      }),
      { numRuns: 25 },
    );
  }
});

test.each(names)('%s does the same for the same observations', (name) => {
  fc.assert(
    fc.property(minutes, (seen) => {
      expect(drive(make(name), seen, 5)).toEqual(drive(make(name), seen, 5));
    }),
    { numRuns: 25 },
  );
});

test.each(names)('%s holds the action in force when metrics are absent, however long', (name) => {
  const silence: Seen[] = new Array(60).fill({ rates: null, utilization: null });
  const decisions = drive(make(name), [{ rates: 200, utilization: 0.9 }, ...silence], 20);
  for (const one of decisions.slice(1)) expect(one.action).toEqual(decisions[0]!.action);
});

test.each(names.filter((name) => name !== 'static'))(
  '%s, started anew beside a running fleet without metrics, keeps that fleet',
  (name) => {
    const { action, reason } = make(name).decide(observation({ rates: null, ready: 12, booting: 5 }));
    expect(action.vmCounts).toEqual([17]);
    expect(reason).toMatch(/absent: holding 17 VMs; 12 ready, 5 booting/);
  },
);

test.each([
  'static-peak',
  'reactive',
  'util-aware',
  'target-tracking',
  'target-tracking-fast',
  'step-scaling',
  'predictive-scaling',
  'hpa',
  'kpa',
  'keda',
  'ray-serve',
  'exascale',
  'autopilot',
  'mixed',
  'paragon',
  'percentile',
])('%s, started anew, does not shrink the fleet that it finds at its first decision', (name) => {
  const found = observation({ rates: 50, utilization: 0.1, ready: 40 });
  expect(make(name).decide(found).action.vmCounts).toEqual([40]);
});

test.each(names)('%s asks for the same fleet twice when nothing new is visible', (name) => {
  const policy = make(name);
  const lastAction = policy.decide(observation({ rates: 200, utilization: 0.7, ready: 20 })).action;
  const again = observation({ timeSeconds: 61, ageSeconds: 1, rates: 200, utilization: 0.7, ready: 20, lastAction });
  expect(policy.decide(again).action).toEqual(lastAction);
});

const vmOnly = policyKinds
  .filter((kind) => kind.parameters.some((one) => one.name === 'waitShare' && one.default === null))
  .map((kind) => kind.name);
const rush: readonly Seen[] = [{ rates: 5000, utilization: 1 }, { rates: null }];

test.each(vmOnly)('%s never spills, unless it is told to', (name) => {
  for (const router of ['overflow', 'weights'] as const) {
    for (const { action } of drive(make(name, withRouter(router)), rush)) {
      expect(action.spillover).toEqual({ maxWaitMs: [null, null], lambdaShare: 0 });
    }
  }
  const [overflow] = drive(make(`${name}:waitShare=0.5`), rush);
  expect(overflow!.action.spillover).toEqual({ maxWaitMs: [200, 950], lambdaShare: 0 });
  const [weights] = drive(make(`${name}:headroom=1`, withRouter('weights')), rush);
  expect(weights!.action.spillover).toEqual({ maxWaitMs: [null, null], lambdaShare: 1 - 10 / 5000 });
});

test('pools that a rule does not use stay at their minimum, and what they serve is taken off the demand', () => {
  const other = { ...exampleProfile.pools[0]!, name: 'old', instanceType: 'large', min: 3 };
  const profile = { ...exampleProfile, pools: [exampleProfile.pools[0]!, other] };
  const seen = observation({ rates: 110 });
  const { action } = make('reactive:utilization=1', profile).decide(seen);
  expect(action.vmCounts).toEqual([8, 3]);
});

test('the fleet follows the load down to the pool minimum when nothing is asked', () => {
  const quiet: Seen[] = new Array(400).fill({ rates: 0, utilization: 0 });
  for (const name of names.filter((one) => !one.startsWith('static'))) {
    expect(vmsOf(drive(make(name), quiet, 20)).at(-1), name).toBe(1);
  }
});
