import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentionFactor } from '../../env/physics/contention.ts';
import { defaultPrices } from '../../env/prices.ts';
import { lineSlowdown } from '../../policies/line-slowdown.ts';
import { createPolicy } from '../../policies/registry.ts';
import { settingOf } from '../../policies/setting.ts';
import { examplePool, examplePrices, exampleProfile, withRouter } from './example-service.ts';
import { steadyLoad } from './steady-load.ts';

/** 100 ms on a VM. */
const choice = { variant: 1, pool: 0 };
const contended = (contention: number, slots = 1) => ({
  ...withRouter('overflow'),
  pools: [{ ...examplePool, contention, slots }],
});

test('a full line slows services as that many who wait do, and a VM serves as much less', () => {
  const some = fc.record({
    contention: fc.double({ min: 0, max: 1, noNaN: true }),
    slots: fc.integer({ min: 1, max: 8 }),
    waitShare: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(some, ({ contention, slots, waitShare }) => {
      const profile = contended(contention, slots);
      const slackSeconds = (profile.slo.classes[0]!.deadlineMs - 100) / 1000;
      const slowdown = lineSlowdown(profile, choice, waitShare);
      expect(1 + slowdown).toBeCloseTo(contentionFactor(contention, slots * 10 * waitShare * slackSeconds, 1), 9);
      const { vmPerSecond, ratio } = settingOf(profile, examplePrices, null, waitShare);
      const free = settingOf(contended(0, slots), examplePrices, null, waitShare);
      expect(vmPerSecond * (1 + slowdown)).toBeCloseTo(free.vmPerSecond, 9);
      expect(ratio * (1 + slowdown)).toBeCloseTo(free.ratio, 9);
    }),
  );
});

test('there is none to reckon with where lines slow nobody, nobody spills, or no router decides request by request', () => {
  expect(lineSlowdown(contended(0), choice, 1)).toBe(0);
  expect(lineSlowdown(contended(1), choice, null)).toBe(0);
  expect(lineSlowdown({ ...exampleProfile, pools: contended(1).pools, router: 'weights' }, choice, 1)).toBe(0);
});

test.each(['lcp', 'ski-rental', 'percentile', 'mpc'])(
  '%s does not let a steady load live on Lambda that fills the VMs but for their lines',
  async (rule) => {
    const { onLambda } = await steadyLoad((profile) => createPolicy(rule, profile, defaultPrices));
    expect(onLambda).toBeLessThan(0.05);
  },
);
