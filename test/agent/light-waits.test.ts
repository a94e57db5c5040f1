import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lightWaitShares } from '../../agent/light-waits.ts';
import { contentionFactor } from '../../env/physics/contention.ts';
import { examplePool, exampleProfile } from '../policies/example-service.ts';

/** 100 ms on a VM. */
const choice = { variant: 1, pool: 0, tier: 1 };
const { classes } = exampleProfile.slo;

test('a line that fills such a wait slows services by a fifth, whatever the slots', () => {
  const property = fc.property(
    fc.double({ min: 0.001, max: 1, noNaN: true }),
    fc.integer({ min: 1, max: 8 }),
    (contention, slots) => {
      const shares = lightWaitShares({ ...exampleProfile, pools: [{ ...examplePool, contention, slots }] }, choice);
      for (const [index, { deadlineMs }] of classes.entries()) {
        const waitSeconds = (shares[index]! * (deadlineMs - 100)) / 1000;
        const waitingPerVm = waitSeconds * slots * 10;
        expect(contentionFactor(contention, waitingPerVm, 1)).toBeCloseTo(1.2, 9);
      }
    },
  );
  fc.assert(property);
});

test('of several pools the one whose line is the longest, and the one that is slowed the most, decide', () => {
  const pools = [
    { ...examplePool, contention: 0.1 },
    { ...examplePool, name: 'fast', slots: 4 },
  ];
  const [alone, both] = [pools.slice(0, 1), pools].map((some) =>
    lightWaitShares({ ...exampleProfile, pools: some }, choice),
  );
  for (const index of classes.keys()) expect(both![index]).toBeCloseTo(alone![index]! / 4, 12);
});

test('any wait is light without contention', () => {
  expect(lightWaitShares(exampleProfile, choice)).toEqual(classes.map(() => Infinity));
});
