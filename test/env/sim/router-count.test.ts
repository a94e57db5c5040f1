import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { erlangLoss } from '../../../env/physics/erlang.ts';
import type { CountedRouter } from '../../../env/sim/counted-router.ts';
import { countRouter } from '../../../env/sim/router-count.ts';
import { bounds, isWithin, measureError } from './fluid-error.ts';
import { randomCases } from './random-service.ts';
import { regimes } from './regimes.ts';

const pool = {
  slots: 10,
  serviceSeconds: 0.02,
  smallerSeconds: null,
  largerSeconds: null,
  smallerGain: 0,
  largerGain: 0,
  isQuick: [false, false],
  contention: 0,
};
const router: CountedRouter = {
  pools: [pool],
  readyVms: 10,
  serviceCv: 0.3,
  shares: [0.5, 0.5],
  slackSeconds: [1, 1],
  deadlineSeconds: [1, 1],
  rooms: [0, 0],
  stretched: [0, 0],
  pressed: [0, 0],
  gain: 0,
  credit: 'ample',
};

describe('a count on the rule', () => {
  test("without lines loses what Erlang's formula says, where services are so short that the counts of the seconds tell nothing of it", () => {
    for (const perSecond of [300, 450, 700]) {
      const { overflow } = countRouter(router, perSecond);
      const loss = erlangLoss(perSecond * pool.serviceSeconds, pool.slots);
      for (const share of overflow) expect(Math.abs(share - loss)).toBeLessThan(0.02);
    }
  });

  test('serves no more than the slots can, and turns nobody away whom the line takes', () => {
    const lined = { ...router, rooms: [30, 30] };
    const { overflow } = countRouter(lined, 1000);
    expect((overflow[0]! + overflow[1]!) / 2).toBeCloseTo(0.5, 1);
    expect(countRouter(lined, 300).overflow).toEqual([0, 0]);
  });

  test('sends away less of the class that may wait, and lets credit only help', () => {
    const smaller = { ...router, pools: [{ ...pool, smallerSeconds: 0.005 }], rooms: [0, 8], stretched: [0, 20] };
    const paid = countRouter(smaller, 600);
    const unpaid = countRouter({ ...smaller, credit: 'none' }, 600);
    expect(unpaid.overflow[1]!).toBeLessThan(unpaid.overflow[0]!);
    expect(paid.overflow[0]!).toBeLessThan(unpaid.overflow[0]!);
    expect(unpaid.smaller).toBe(0);
    expect(paid.smaller).toBeGreaterThan(0);
  });

  test('spends what the answers earn and no more, where there is no credit but that', () => {
    const [gain, smallerGain, largerGain] = [0.02, -0.08, 0.06];
    const times = { smallerSeconds: 0.005, largerSeconds: 0.03, smallerGain, largerGain, isQuick: [true, true] };
    const earning: CountedRouter = {
      ...router,
      pools: [{ ...pool, ...times }],
      rooms: [4, 8],
      stretched: [9, 20],
      gain,
    };
    for (const perSecond of [300, 450, 600, 900]) {
      const [ample, earned, none] = (['ample', 'earned', 'none'] as const).map((credit) =>
        countRouter({ ...earning, credit }, perSecond),
      );
      const started = 1 - (earned!.overflow[0]! + earned!.overflow[1]!) / 2;
      const byOthers = earned!.smaller * (smallerGain - gain) + earned!.larger[0]! * (largerGain - gain);
      expect(gain + started * byOthers).toBeGreaterThan(-1e-4);
      expect(none!.smaller).toBe(0);
      expect(ample!.overflow[1]!).toBeLessThanOrEqual(earned!.overflow[1]! + 0.01);
      expect(earned!.overflow[1]!).toBeLessThanOrEqual(none!.overflow[1]! + 0.01);
    }
  });

  test('gives shares, whatever the pools, the lines and the rate', () => {
    const pools = fc.array(
      fc.record({
        slots: fc.integer({ min: 0, max: 12 }),
        serviceSeconds: fc.constantFrom(0.02, 0.1, 0.3),
        smallerSeconds: fc.constantFrom(null, 0.01),
        largerSeconds: fc.constantFrom(null, 0.2),
        smallerGain: fc.constantFrom(-0.1, 0.1),
        largerGain: fc.constantFrom(0.1, 0.2),
        isQuick: fc.constantFrom([true, true], [false, true]),
        contention: fc.constantFrom(0, 0.2),
      }),
      { minLength: 1, maxLength: 3 },
    );
    const places = fc.tuple(fc.nat(9), fc.nat(9));
    fc.assert(
      fc.property(
        pools,
        places,
        places,
        fc.integer({ min: 1, max: 300 }),
        fc.constantFrom('ample' as const, 'earned' as const, 'none' as const),
        (drawn, rooms, pressed, rate, credit) => {
          if (drawn.every((one) => one.slots === 0)) return;
          const stretched = rooms.map((one) => 2 * one);
          const out = countRouter({ ...router, pools: drawn, rooms, stretched, pressed, credit }, rate);
          for (const share of [...out.overflow, ...out.late, ...out.started, ...out.larger, out.smaller, out.busy]) {
            expect(share).toBeGreaterThanOrEqual(0);
            expect(share).toBeLessThanOrEqual(1 + 1e-9);
          }
          expect(out.started.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
        },
      ),
      { numRuns: 12 },
    );
  });
});

test('with an accuracy budget and waits of up to 100 ms every case is within 2 % of dollars, 1 point in time and 0.2 points of accuracy', async () => {
  const { cases } = regimes.find((one) => one.name.includes('waits to 100 ms'))!;
  for (const one of fc.sample(randomCases(cases), { numRuns: 6, seed: 1 })) {
    const measured = await measureError(one, bounds);
    expect(isWithin(measured, bounds), JSON.stringify(measured)).toBe(true);
  }
}, 120_000);
