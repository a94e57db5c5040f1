import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lognormalQuantile } from '../../env/physics/lognormal.ts';
import { createPolicy } from '../../policies/registry.ts';
import { drive } from './drive.ts';
import { examplePrices, exampleProfile, observation, withRouter } from './example-service.ts';

const spillers = ['mixed', 'percentile', 'ski-rental'];

test.each(spillers)(
  '%s lets each class wait for its share of what the deadline leaves beside the service time',
  (name) => {
    const policy = createPolicy(`${name}:waitShare=0.5`, exampleProfile, examplePrices);
    const { action } = policy.decide(observation({ rates: 100 }));
    expect(action.spillover).toEqual({ maxWaitMs: [200, 950], lambdaShare: 0 });
  },
);

test('where service times vary, the wait leaves room for all but the share that may miss', () => {
  const profile = { ...exampleProfile, serviceCv: 0.5 };
  const { action } = createPolicy('mixed:waitShare=1', profile, examplePrices).decide(observation({ rates: 100 }));
  const slowMs = lognormalQuantile(100, 0.5, 0.99);
  expect(slowMs).toBeGreaterThan(200);
  expect(action.spillover.maxWaitMs).toEqual([500 - slowMs, 2000 - slowMs]);
});

test('a service time beyond the deadline leaves no time to wait', () => {
  const classes = [{ name: 'strict', share: 1, deadlineMs: 80 }];
  const profile = { ...exampleProfile, slo: { attainment: 0.99, classes } };
  const { action } = createPolicy('mixed', profile, examplePrices).decide(observation({ rates: 100 }));
  expect(action.spillover.maxWaitMs).toEqual([0]);
});

test.each(spillers)('%s gives Lambda what demand has over capacity, where the router splits by weights', (name) => {
  const policy = () => createPolicy(`${name}:headroom=1`, withRouter('weights'), examplePrices);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 0, max: 50 }), (rate, ready) => {
      const { action } = policy().decide(observation({ rates: rate, ready, booting: 3 }));
      expect(action.spillover.lambdaShare).toBeCloseTo(Math.max(0, 1 - (10 * ready) / rate), 12);
      expect(action.spillover.maxWaitMs).toEqual([null, null]);
    }),
  );
});

test('with headroom the ready VMs are given less than they could serve', () => {
  const policy = createPolicy('mixed:headroom=1.25', withRouter('weights'), examplePrices);
  const { action } = policy.decide(observation({ rates: 100, ready: 10 }));
  expect(action.spillover.lambdaShare).toBeCloseTo(0.2, 12);
});

test('nothing is sent to Lambda by weight while nothing is known of the demand', () => {
  const policy = createPolicy('mixed', withRouter('weights'), examplePrices);
  expect(policy.decide(observation({ rates: null })).action.spillover.lambdaShare).toBe(0);
});

test('paragon never spills relaxed requests', () => {
  const load = fc.array(fc.record({ rates: fc.double({ min: 0, max: 2000, noNaN: true }) }), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(load, (seen) => {
      const overflow = createPolicy('paragon:ratioThreshold=1', exampleProfile, examplePrices);
      for (const { action } of drive(overflow, seen)) expect(action.spillover.maxWaitMs[1]).toBeNull();
      const weights = createPolicy('paragon:ratioThreshold=1', withRouter('weights'), examplePrices);
      for (const { action } of drive(weights, seen)) expect(action.spillover.lambdaShare).toBeLessThanOrEqual(0.5);
    }),
    { numRuns: 40 },
  );
});

test('paragon uses Lambda until it has seen enough, and then only while the peak stands out of the median', () => {
  const policy = createPolicy('paragon:ratioThreshold=1.5,ratioWindowSeconds=900', exampleProfile, examplePrices);
  const steady = new Array(12).fill({ rates: 100 });
  const decisions = drive(policy, [...steady, { rates: 160 }, ...new Array(16).fill({ rates: 100 })]);
  const spills = decisions.map((one) => one.action.spillover.maxWaitMs[0] !== null);
  expect(spills.slice(0, 9)).toEqual(new Array(9).fill(true));
  expect(spills.slice(9, 12)).toEqual([false, false, false]);
  // The burst stays in the window of 15 minutes, and then leaves it.
  expect(spills.slice(12, 27)).toEqual(new Array(15).fill(true));
  expect(spills.slice(27)).toEqual([false, false]);
});

test('paragon takes a load that is mostly silent for a bursty one, and no load at all for a steady one', () => {
  const silent = new Array(10).fill({ rates: 0 });
  const threshold = 'paragon:ratioThreshold=1.5,ratioWindowSeconds=3600';
  const bursty = drive(createPolicy(threshold, exampleProfile, examplePrices), [...silent, { rates: 50 }]);
  expect(bursty.at(-2)!.action.spillover.maxWaitMs[0]).toBeNull();
  expect(bursty.at(-1)!.action.spillover.maxWaitMs[0]).not.toBeNull();
  expect(bursty.at(-1)!.reason).toMatch(/peak over median without measure, so strict requests may spill/);
});
