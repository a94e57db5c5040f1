import { describe, expect, test } from 'vitest';
import { distinct, neighbours } from '../../../agent/explanation/alternatives.ts';
import { arrivalsAhead } from '../../../agent/explanation/arrivals-ahead.ts';
import { knownDemand, type Moment, type Present } from '../../../agent/explanation/present.ts';
import { RollOut } from '../../../agent/explanation/roll-out.ts';
import type { Action, PoolState } from '../../../env/types.ts';
import { examplePrices, exampleProfile } from '../../policies/example-service.ts';

function action(vms: number): Action {
  return {
    variant: 1,
    vmCounts: [vms],
    lambdaMemoryMb: 1024,
    spillover: { maxWaitMs: [200, 1000], lambdaShare: 0 },
  };
}

/** Decisions in a row under steady demand, with metrics of that age. */
function present(rate: number, fleets: readonly PoolState[], ageSeconds = 0): Present {
  const moments = fleets.map((pool, minute): Moment => {
    const startSeconds = 60 * minute - ageSeconds - 60;
    return {
      timeSeconds: 60 * minute,
      arrivals: { perSecond: new Array<number>(6).fill(rate), startSeconds },
      pools: [pool],
      applied: action(pool.ready + pool.booting),
    };
  });
  return { profile: exampleProfile, prices: examplePrices, moments };
}

const ten = new Array<PoolState>(12).fill({ ready: 10, booting: 0 });

describe('what an alternative would bring', () => {
  test('is the same each time it is asked: the dice are common to all', async () => {
    const one = new RollOut(present(60, ten), 15);
    expect(await one.predict(action(9))).toEqual(await new RollOut(present(60, ten), 15).predict(action(9)));
  });

  test('costs a VM more where a VM more idles, to the cent', async () => {
    const rollOut = new RollOut(present(20, ten), 15);
    const [less, more] = [await rollOut.predict(action(10)), await rollOut.predict(action(11))];
    expect(more.usdPerHour - less.usdPerHour).toBeCloseTo(examplePrices.usdPerHour.small!, 6);
    expect(more.attainment).toBe(1);
  });

  test('spills more, and costs more, where too few VMs are left for the demand', async () => {
    const rollOut = new RollOut(present(95, ten), 15);
    const [few, enough] = [await rollOut.predict(action(5)), await rollOut.predict(action(11))];
    expect(few.spilledShare).toBeGreaterThan(0.4);
    expect(few.usdPerHour).toBeGreaterThan(enough.usdPerHour);
  });

  test('counts the VMs that boot from the decision on at which they were launched', async () => {
    const launched = (intervalsAgo: number) =>
      ten.map((_, minute) => ({ ready: 5, booting: minute > 11 - intervalsAgo ? 5 : 0 }));
    const early = await new RollOut(present(95, launched(2)), 3).predict(action(10));
    const late = await new RollOut(present(95, launched(0)), 3).predict(action(10));
    expect(early.spilledShare!).toBeLessThan(0.5 * late.spilledShare!);
  });

  test('is known at the very first decision, and where no arrivals are', async () => {
    const first = present(50, [{ ready: 3, booting: 1 }]);
    const silent = { ...first, moments: first.moments.map((one) => ({ ...one, arrivals: null })) };
    for (const one of [first, silent]) {
      const { usd, accuracy } = await new RollOut(one, 5).predict(action(4));
      expect(usd).toBeGreaterThan(0);
      expect(accuracy === null).toBe(one === silent);
    }
  });
});

describe('the arrivals that are assumed', () => {
  test('go on as they were, with their ups and downs, and say so', () => {
    const bins = [10, 30, 10, 30, 10, 30];
    const { demand, assumption } = arrivalsAhead(new Array(20).fill(bins), 15, 60);
    expect(demand).toHaveLength(15);
    for (const interval of demand)
      for (const [bin, rate] of interval.entries()) expect(rate).toBeCloseTo(bins[bin]!, 6);
    expect(assumption).toBe(
      '20 req/s at first and 20 after 15 min (Holt-Winters), with the ups and downs of the newest 15 intervals',
    );
  });

  test('fill in what was lost on the way, and begin where the newest metrics end', () => {
    const whole = present(50, ten, 120);
    const lossy = { ...whole, moments: whole.moments.map((one, at) => (at === 4 ? { ...one, arrivals: null } : one)) };
    const known = knownDemand(lossy);
    expect(known.intervals).toHaveLength(12);
    expect(known.endSeconds).toBe(11 * 60 - 120);
  });
});

test('alternatives lie within the pool, and those that come to the same are one', () => {
  const { max } = exampleProfile.pools[0]!;
  expect(neighbours(exampleProfile, action(1), [0]).map(([name]) => name)).toEqual(['one cpu more']);
  expect(neighbours(exampleProfile, action(max), [0]).map(([name]) => name)).toEqual(['one cpu less']);
  const named = [['wanted', action(3)], ['done', action(3)], ...neighbours(exampleProfile, action(3), [0])] as const;
  const all = distinct(named, ({ vmCounts }) => vmCounts[0]! / 10);
  expect(all.map(({ names, probability }) => [names.join('+'), probability])).toEqual([
    ['wanted+done', 0.3],
    ['one cpu less', 0.2],
    ['one cpu more', 0.4],
  ]);
});
