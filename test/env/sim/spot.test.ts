import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spotBilledShare, spotReadyShare } from '../../../env/physics/spot.ts';
import { Random } from '../../../env/random.ts';
import { Fleet } from '../../../env/sim/fleet.ts';
import { SpotMarket } from '../../../env/sim/spot-market.ts';
import type { SpotTerms } from '../../../env/spot-terms.ts';
import type { Outcome, ServiceProfile } from '../../../env/types.ts';
import type { VmPool } from '../../../env/vm-pool.ts';
import { expectMean, seeds } from '../confidence.ts';
import { action, poisson, type RunOptions, service, simulate } from './small-service.ts';

const [vms] = service.pools;
const alone: SpotTerms = {
  interruptionsPerHour: 3,
  noticeSeconds: 120,
  priceShare: 0.5,
  waves: { share: 0, reach: 1, shortageSeconds: 0 },
};
const inWaves: SpotTerms = { ...alone, waves: { share: 0.8, reach: 0.4, shortageSeconds: 0 } };
const boot = { medianSeconds: 100, sigma: 0 };

function spotPool(spot: SpotTerms, over: Partial<VmPool> = {}): VmPool {
  return { ...vms!, name: 'spot', boot, spot, ...over };
}

function spotFleet(pool: VmPool, seed: number, ready: number): Fleet {
  return new Fleet(pool, 60, Random.seeded(seed), ready, new SpotMarket(pool.spot!, Random.seeded(seed, 'spot')));
}

interface Observed {
  readonly readyShare: number;
  readonly liveShare: number;
  readonly billedShare: number;
  readonly interruptionsPerHour: number;
}

/** A fleet of which `places` VMs are desired all the time, watched every second. */
function watch(pool: VmPool, seed: number, places: number, hours: number): Observed {
  const fleet = spotFleet(pool, seed, places);
  const seconds = hours * 3600;
  let ready = 0;
  let live = 0;
  let interrupted = 0;
  let extraBilled = 0;
  for (let second = 1; second <= seconds; second++) {
    const change = fleet.runUntil(second, seconds);
    ready += fleet.ready;
    live += fleet.live;
    interrupted += change.interruptions;
    extraBilled += change.extraBilledSeconds;
  }
  const all = places * seconds;
  return {
    readyShare: ready / all,
    liveShare: live / all,
    billedShare: 1 + extraBilled / all,
    interruptionsPerHour: interrupted / places / hours,
  };
}

describe.each([
  ['alone', alone],
  ['mostly in waves', inWaves],
])('VMs that are interrupted %s', (_, spot) => {
  const pool = spotPool(spot);
  const runs = seeds(30).map((seed) => watch(pool, seed, 10, 40));

  test('are interrupted as often as the profile says, whether or not they have it in common', () => {
    expectMean(
      runs.map((one) => one.interruptionsPerHour),
      3,
    );
  });

  test('are replaced at once: as many live as are desired, and exp(-λ boot) of them are ready', () => {
    for (const { liveShare } of runs) expect(liveShare).toBe(1);
    expect(spotReadyShare(pool)).toBeCloseTo(Math.exp(-(3 * 100) / 3600), 12);
    expectMean(
      runs.map((one) => 1 - one.readyShare),
      1 - spotReadyShare(pool),
      0.001, // watched every second
    );
  });

  test('are billed through their notice: λ notice beyond the places', () => {
    expect(spotBilledShare(pool)).toBeCloseTo(1 + (3 * 120) / 3600, 12);
    expectMean(
      runs.map((one) => one.billedShare - 1),
      spotBilledShare(pool) - 1,
      0.001,
    );
  });
});

test('waves take many at a time: the VMs interrupted in an hour vary more than those that are interrupted alone', () => {
  const variance = (spot: SpotTerms) => {
    const counts = seeds(200).map((seed) => watch(spotPool(spot), seed, 10, 1).interruptionsPerHour);
    const mean = counts.reduce((sum, one) => sum + one, 0) / counts.length;
    return counts.reduce((sum, one) => sum + (one - mean) ** 2, 0) / counts.length;
  };
  expect(variance(inWaves)).toBeGreaterThan(2 * variance(alone));
});

test('the time to an interruption is exponential, whatever happened before', () => {
  const market = new SpotMarket(alone, Random.seeded(1));
  market.hold(1, 0);
  const gaps: number[] = [];
  for (let before = 0; gaps.length < 20_000; before += gaps.at(-1)!) {
    // What lives meanwhile changes nothing but how fast the time runs.
    market.hold(2, before);
    gaps.push(market.nextAt - before);
    market.happen();
  }
  expectMean(gaps, 600); // of two VMs
  expectMean(
    gaps.map((gap) => Number(gap > 600)),
    Math.exp(-1),
  );
  expectMean(
    gaps.map((gap) => Number(gap > 1200)),
    Math.exp(-2),
  );
});

test('in a shortage that follows each wave no VM lives for exp(-w S) of the time, w the waves per second, S their mean shortage', () => {
  const spot = { ...alone, interruptionsPerHour: 2, waves: { share: 1, reach: 1, shortageSeconds: 900 } };
  const runs = seeds(40).map((seed) => watch(spotPool(spot), seed, 3, 50).liveShare);
  expectMean(runs, Math.exp(-(2 * 900) / 3600), 0.001);
});

const spotService: ServiceProfile = { ...service, pools: [vms!, spotPool(inWaves)] };

describe('while capacity is short', () => {
  const spot = { ...alone, interruptionsPerHour: 0.1, waves: { share: 1, reach: 1, shortageSeconds: 600 } };

  test('launches fail, which is told as a hindrance, and succeed once it is over', () => {
    const fleet = spotFleet(spotPool(spot), 1, 4);
    const { nextAt } = new SpotMarket(spot, Random.seeded(1, 'spot'));
    fleet.runUntil(nextAt - 1, 1e6);
    expect(fleet.state()).toEqual({ ready: 4, booting: 0 });
    expect(fleet.runUntil(nextAt, 1e6)).toMatchObject({ interruptions: 4, launches: 0 });
    expect(fleet.scaleTo(7, nextAt + 1)).toMatchObject({ launches: 0 });
    expect(fleet.state()).toMatchObject({
      ready: 0,
      booting: 0,
      hindrances: [{ kind: 'capacity-failure', forbids: 'launch' }],
    });
    const after = fleet.nextChangeAt();
    expect(fleet.runUntil(after, 1e6).launches).toBe(7);
    expect(fleet.state()).toEqual({ ready: 0, booting: 7 });
  });
});

describe.each(['request-level', 'fluid'] as const)('a service on spot, %s', (fidelity) => {
  const options: RunOptions = {
    profile: { ...spotService, pools: [vms!, spotPool({ ...inWaves, interruptionsPerHour: 12 })] },
    workload: poisson(40, 3600),
    actions: [action([0, 8], 0)],
    intervals: 60,
    fidelity,
  };

  test('loses no request: what is in service ends within the notice, and who waits does so before all VMs', async () => {
    const waiting = { ...options, actions: [action([0, 8], null)] };
    const { total, observations } = await simulate(waiting);
    expect(total.interruptions).toBeGreaterThan(20);
    expect(total.classes[0]!.lost).toBe(0);
    expect(total.spilled).toBe(0);
    expect(observations.some(({ pools }) => pools[1]!.booting > 0)).toBe(true);
  });

  test('sends more to Lambda than on demand, and pays the share of the price for what lives and its notices', async () => {
    const calm = { ...inWaves, interruptionsPerHour: 0 };
    const onDemand = await simulate({ ...options, profile: { ...spotService, pools: [vms!, spotPool(calm)] } });
    const { total } = await simulate(options);
    expect(total.spilled).toBeGreaterThan(onDemand.total.spilled);
    expect(total.vmSeconds[1]).toBeCloseTo(8 * 3600 + 120 * total.interruptions, 6);
    expect(total.usd.vm).toBeCloseTo(0.0005 * total.vmSeconds[1]!, 9);
    expect(onDemand.total.vmSeconds[1]).toBe(8 * 3600);
  });

  test('the same seed gives the same bytes, another seed other interruptions', async () => {
    const text = async (seed: number) => JSON.stringify(await simulate({ ...options, seed }));
    const first = await text(1);
    expect(await text(1)).toBe(first);
    expect(await text(2)).not.toBe(first);
  });

  test('its dice never shift those of the pool beside it', async () => {
    const actions = [2, 5, 3, 8].map((count) => action([count, 0], 0));
    const beside = await simulate({ ...options, actions, intervals: 8 });
    const without = await simulate({
      ...options,
      profile: service,
      actions: actions.map(({ vmCounts }) => action(vmCounts[0]!, 0)),
      intervals: 8,
    });
    expect(beside.total.readySlotSeconds[0]).toBe(without.total.readySlotSeconds[0]);
    expect(beside.total.interruptions).toBe(0);
  });
});

test('both fidelities interrupt, launch and bill the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(9), { minLength: 2, maxLength: 8 }),
      fc.nat(1000),
      fc.constantFrom(0, 300),
      async (wishes, seed, shortageSeconds) => {
        const waves = { share: 0.5, reach: 0.5, shortageSeconds };
        const pool = spotPool(
          { ...alone, interruptionsPerHour: 30, waves },
          { boot: { medianSeconds: 100, sigma: 0.2 } },
        );
        const options = {
          profile: { ...service, pools: [pool] },
          workload: poisson(5, 3600),
          // The fluid learns of the last second of an interval at its next decision.
          actions: [...wishes, 0].map((count) => action(count, 0)),
          intervals: wishes.length + 1,
          seed,
        };
        const one = await simulate({ ...options, fidelity: 'request-level' });
        const other = await simulate({ ...options, fidelity: 'fluid' });
        const moves = ({ launches, terminations, interruptions }: Outcome) => [launches, terminations, interruptions];
        expect(moves(other.total)).toEqual(moves(one.total));
        expect(other.total.vmSeconds[0]).toBeCloseTo(one.total.vmSeconds[0]!, 6);
      },
    ),
    { numRuns: 40 },
  );
});

test('in any history, launches less those that went are those that live, and nothing is billed twice or never', async () => {
  await fc.assert(
    fc.property(
      fc.array(fc.nat(12), { minLength: 1, maxLength: 40 }),
      fc.nat(1000),
      fc.constantFrom(0, 200),
      (wishes, seed, shortageSeconds) => {
        const waves = { share: 0.5, reach: 0.5, shortageSeconds };
        const fleet = spotFleet(spotPool({ ...alone, interruptionsPerHour: 30, waves }), seed, 3);
        let live = 3;
        let billed = 0;
        wishes.forEach((desired, step) => {
          const [now, end] = [step * 60, step * 60 + 60];
          const asked = fleet.scaleTo(desired, now);
          expect(fleet.live).toBeLessThanOrEqual(desired);
          const liveAtStart = fleet.live;
          const passed = fleet.runUntil(end, end);
          for (const { launches, terminations, interruptions } of [asked, passed]) {
            live += launches - terminations - interruptions;
          }
          expect(fleet.live).toBe(live);
          const seconds = liveAtStart * 60 + asked.extraBilledSeconds + passed.extraBilledSeconds;
          expect(seconds).toBeGreaterThanOrEqual(0);
          billed += seconds;
        });
        expect(billed).toBeGreaterThanOrEqual(0);
      },
    ),
  );
});
