import { describe, expect, test } from 'vitest';
import { levelStack } from '../../agent/level-terms.ts';
import { poolStacks, poolsFor } from '../../agent/pool-stacks.ts';
import type { Hindrance } from '../../env/hindrance.ts';
import type { SpotTerms } from '../../env/spot-terms.ts';
import type { PoolState, ServiceProfile } from '../../env/types.ts';
import { cheapestChoice, priceRatio, readyVmUsdPerSecond, vmUsdPerSecond } from '../../policies/economics.ts';
import { createPolicy } from '../../policies/registry.ts';
import { StandIn } from '../../policies/stand-in.ts';
import { examplePool, examplePrices, exampleProfile, observation } from './example-service.ts';

const terms: SpotTerms = {
  interruptionsPerHour: 0.1,
  noticeSeconds: 120,
  priceShare: 0.5,
  waves: { share: 0, reach: 1, shortageSeconds: 0 },
};
const spot = { ...examplePool, name: 'spot', min: 0, spot: terms };
const profile: ServiceProfile = { ...exampleProfile, pools: [examplePool, spot] };
const withSpot = (over: Partial<SpotTerms>): ServiceProfile => ({
  ...exampleProfile,
  pools: [examplePool, { ...spot, spot: { ...terms, ...over } }],
});
const shortage: Hindrance = { kind: 'capacity-failure', forbids: 'launch', said: 'The launches of spot fail' };

describe('of equal VMs on demand and on spot', () => {
  test('a VM on spot that is ready costs its notices and the boots of its replacements beside its price', () => {
    expect(vmUsdPerSecond(profile, examplePrices, 1)).toBeCloseTo(0.005, 12);
    const perSecond = 0.1 / 3600;
    expect(readyVmUsdPerSecond(profile, examplePrices, 1)).toBeCloseTo(
      (0.005 * (1 + 120 * perSecond)) / Math.exp(-120 * perSecond),
      12,
    );
    expect(readyVmUsdPerSecond(profile, examplePrices, 0)).toBe(vmUsdPerSecond(profile, examplePrices, 0));
  });

  test('the cheaper is chosen, interruptions included', () => {
    expect(cheapestChoice(profile, examplePrices).pool).toBe(1);
    expect(cheapestChoice(withSpot({ priceShare: 1 }), examplePrices).pool).toBe(0);
    expect(cheapestChoice(withSpot({ interruptionsPerHour: 30 }), examplePrices).pool).toBe(0);
  });

  test('Lambda is dearer beside the cheaper VM', () => {
    const ratio = priceRatio(profile, examplePrices, cheapestChoice(profile, examplePrices));
    expect(ratio).toBeGreaterThan(3.9);
    expect(ratio).toBeLessThan(4);
  });

  test('a larger VM on spot is not chosen for its price alone', () => {
    const large = { ...spot, instanceType: 'large', serviceMs: [5, 10, 20] };
    expect(cheapestChoice({ ...exampleProfile, pools: [examplePool, large] }, examplePrices).pool).toBe(0);
  });

  test('a level on spot comes first in a stack, and reckons with its interruptions as the rules do', () => {
    const { variant, tier } = cheapestChoice(profile, examplePrices);
    const [first, second] = levelStack(profile, examplePrices, variant, tier, [0, 1]);
    expect([first!.pool, second!.pool]).toEqual([1, 0]);
    const [only] = levelStack(profile, examplePrices, variant, tier, [1]);
    expect(only!.terms.ratio).toBeCloseTo(priceRatio(profile, examplePrices, { variant, tier, pool: 1 }), 9);
    expect(first!.terms.ratio).toBeLessThan(only!.terms.ratio); // what it leaves goes to the VMs on demand
    expect(poolStacks(profile, examplePrices)).toEqual([[0], [1], [0, 1]]);
  });

  test('an agent that acts on the one acts on the other where it costs less', () => {
    expect(poolsFor(['cpu'], profile, examplePrices)).toEqual([1]);
    expect(poolsFor(['cpu'], withSpot({ priceShare: 1 }), examplePrices)).toEqual([0]);
    expect(poolsFor(['cpu', 'spot'], profile, examplePrices)).toEqual([1]);
  });
});

describe('what cannot be launched on spot', () => {
  const counts = (standIn: StandIn, wanted: number, cpu: PoolState, own: PoolState) =>
    standIn.vmCounts({ pools: [cpu, own] }, [1, wanted]);

  test('is asked for on demand, until the own VMs are ready', () => {
    const standIn = new StandIn(profile, 1);
    const [cpu, none] = [
      { ready: 1, booting: 0 },
      { ready: 4, booting: 0 },
    ];
    expect(counts(standIn, 10, cpu, { ready: 10, booting: 0 })).toEqual([1, 10]);
    expect(counts(standIn, 10, cpu, { ...none, hindrances: [shortage] })).toEqual([7, 10]);
    expect(counts(standIn, 10, cpu, { ready: 4, booting: 6 })).toEqual([7, 10]);
    expect(counts(standIn, 10, cpu, { ready: 8, booting: 2 })).toEqual([3, 10]);
    expect(counts(standIn, 10, cpu, { ready: 10, booting: 0 })).toEqual([1, 10]);
  });

  test('counts as VMs of the pool on spot, also before it is launched, so that nobody takes it for gone', () => {
    const standIn = new StandIn(profile, 1);
    const cpu = { ready: 1, booting: 0 };
    const short = { ready: 4, booting: 0, hindrances: [shortage] };
    expect(standIn.counted([cpu, { ready: 10, booting: 0 }])).toEqual([cpu, { ready: 10, booting: 0 }]);
    counts(standIn, 10, cpu, { ready: 10, booting: 0 });
    expect(standIn.counted([cpu, short])).toEqual([cpu, { ready: 4, booting: 6 }]);
    counts(standIn, 10, cpu, short);
    expect(standIn.counted([{ ready: 1, booting: 6 }, short])).toEqual([cpu, { ready: 4, booting: 6 }]);
    expect(standIn.counted([{ ready: 6, booting: 1 }, short])).toEqual([cpu, { ready: 9, booting: 1 }]);
    counts(standIn, 10, { ready: 7, booting: 0 }, { ready: 4, booting: 6 });
    expect(
      standIn.counted([
        { ready: 7, booting: 0 },
        { ready: 4, booting: 6 },
      ]),
    ).toEqual([cpu, { ready: 10, booting: 0 }]);
  });

  test('stays unasked for where there is no equal VM on demand, and within that pool', () => {
    const faster = { ...examplePool, serviceMs: [40, 80, 160] };
    const short = { ready: 0, booting: 0, hindrances: [shortage] };
    const other = { ready: 1, booting: 0 };
    expect(counts(new StandIn({ ...profile, pools: [faster, spot] }, 1), 10, other, short)).toEqual([1, 10]);
    const small = { ...examplePool, max: 5 };
    expect(counts(new StandIn({ ...profile, pools: [small, spot] }, 1), 10, other, short)).toEqual([5, 10]);
  });

  test.each(['ski-rental', 'percentile', 'lcp', 'mixed'])('%s asks for it on demand', (name) => {
    const policy = createPolicy(name, profile, examplePrices);
    let asked: readonly number[] = [];
    for (let minute = 0; minute < 30; minute++) {
      const own = minute < 20 ? { ready: 20, booting: 0 } : { ready: 5, booting: 0, hindrances: [shortage] };
      const seen = { ...observation({ timeSeconds: 60 * minute, rates: 195 }), pools: [{ ready: 1, booting: 0 }, own] };
      asked = policy.decide({
        ...seen,
        utilization: [
          { value: 0.9, ageSeconds: 0 },
          { value: 0.9, ageSeconds: 0 },
        ],
      }).action.vmCounts;
      if (minute === 19) expect(asked[0]).toBe(1);
    }
    expect(asked[0]).toBeGreaterThan(10);
  });
});
