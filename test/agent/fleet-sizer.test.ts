import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DemandHistory } from '../../agent/demand-history.ts';
import { FleetSizer } from '../../agent/fleet-sizer.ts';
import { levelFeatures } from '../../agent/level-features.ts';
import { LevelProspect } from '../../agent/level-prospect.ts';
import type { LevelPool } from '../../agent/level-terms.ts';
import { Actor } from '../../agent/ppo/forward.ts';
import { Random } from '../../env/random.ts';
import { examplePool } from '../policies/example-service.ts';
import { levelShape, stubborn, untrained } from './example-agent.ts';
import { binsPerInterval, exampleTerms, steady, wandering } from './example-levels.ts';

const levels: LevelPool = { pool: 0, vmPerSecond: 10, lineSlowdown: 0, terms: exampleTerms };

function network(seed = 1): Actor {
  return new Actor(untrained(levelShape, seed));
}

/** What a network was shown of single levels, by name of the feature, decision after decision. */
class Witness extends Actor {
  readonly seen: Record<string, number>[][] = [];

  constructor() {
    super(untrained(levelShape, 1));
  }

  override logitsBatch(observations: Float32Array, count: number, into: Float32Array): void {
    const rows = Array.from({ length: count }, (_, row) =>
      Object.fromEntries(levelFeatures.map((name, index) => [name, observations[row * levelFeatures.length + index]!])),
    );
    this.seen.push(rows);
    super.logitsBatch(observations, count, into);
  }
}

describe('the size of a fleet', () => {
  test('stays within the pool, for any network, demand, fleet and limits', () => {
    const rates = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 5000, noNaN: true })), {
      minLength: 1,
      maxLength: 20,
    });
    const limits = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 200 }));
    const fleet = fc.record({ ready: fc.integer({ min: 0, max: 300 }), booting: fc.integer({ min: 0, max: 300 }) });
    fc.assert(
      fc.property(rates, limits, fleet, fc.nat(5000), fc.nat(), (demand, [min, extra], state, served, seed) => {
        const pool = { ...examplePool, min, max: min + extra };
        const sizer = new FleetSizer(network(seed), pool, levels);
        const history = new DemandHistory(binsPerInterval, 0);
        for (const [now, rate] of demand.entries()) {
          history.push(new Array<number>(binsPerInterval).fill(rate));
          const { vms, from, upTo } = sizer.vote(history, now, served, state);
          expect(Number.isInteger(vms)).toBe(true);
          expect([min <= from, from <= vms, vms <= upTo, upTo <= pool.max]).toEqual([true, true, true, true]);
        }
      }),
    );
  });

  test('is known even before anything is', () => {
    const vote = new FleetSizer(network(), examplePool, levels).vote(new DemandHistory(6, 0), 0, 0, {
      ready: 3,
      booting: 0,
    });
    expect(vote.vms).toBeGreaterThanOrEqual(examplePool.min);
  });

  test('counts the votes: a network that always votes on takes every level in doubt, one that never does only those that are not', () => {
    const history = steady(new Array<number>(40).fill(100));
    const size = (isOn: boolean) =>
      new FleetSizer(stubborn(isOn), examplePool, levels).vote(history, 40, 0, { ready: 10, booting: 0 });
    // The demand keeps 10 VMs busy: half of them are certain, half as many again could be of use, and two more.
    expect(size(true)).toEqual({ vms: 17, from: 5, upTo: 17 });
    expect(size(false)).toEqual({ vms: 5, from: 5, upTo: 17 });
  });

  test('leaves to the pools before what they serve', () => {
    const history = steady(new Array<number>(40).fill(100));
    const sizer = new FleetSizer(stubborn(true), { ...examplePool, min: 0 }, levels);
    expect(sizer.vote(history, 40, 150, { ready: 0, booting: 0 }).vms).toBe(2);
  });

  test('repeats itself exactly', () => {
    const history = wandering(100, Random.seeded(1), 200);
    const votes = () => {
      const sizer = new FleetSizer(network(), examplePool, levels);
      return [0, 1, 2].map((now) => sizer.vote(history, now, 0, { ready: 20 + now, booting: 2 }));
    };
    expect(votes()).toEqual(votes());
  });
});

test('a fleet beside another one is asked about what differs alone, and votes as it would by itself', () => {
  const fleet = fc.record({ ready: fc.nat(30), booting: fc.nat(10) });
  const fleets = fc.array(fc.tuple(fleet, fleet), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fleets, fc.nat(), (states, seed) => {
      const actor = network(seed);
      const sizer = () => new FleetSizer(actor, examplePool, levels);
      const [there, alone] = [sizer(), sizer()];
      const beside = new FleetSizer(actor, examplePool, levels, there);
      const history = steady(new Array<number>(40).fill(100));
      for (const [now, [own, other]] of states.entries()) {
        there.vote(history, now, 0, own);
        expect(beside.vote(history, now, 0, other)).toEqual(alone.vote(history, now, 0, other));
        expect(beside.answers).toEqual(alone.answers);
      }
    }),
  );
});

describe('a level is shown to the network as in training', () => {
  /** Fleets as they were found at decisions in a row. */
  function shown(fleets: readonly [ready: number, booting: number][], rate = 30): Record<string, number>[][] {
    const witness = new Witness();
    const sizer = new FleetSizer(witness, { ...examplePool, min: 0 }, levels);
    const history = new DemandHistory(binsPerInterval, 0);
    for (const [now, [ready, booting]] of fleets.entries()) {
      history.push(new Array<number>(binsPerInterval).fill(rate));
      const { from } = sizer.vote(history, now, 0, { ready, booting });
      expect(from).toBe(1); // so row 0 is level 1
    }
    return witness.seen;
  }

  test('the ready VMs are the lowest levels, those that boot come next', () => {
    const rows = shown([[3, 2]])[0]!;
    const modes = rows.map((row) => (row['is on'] ? 'on' : row['is booting'] ? 'booting' : 'off'));
    expect(modes).toEqual(['on', 'on', 'booting', 'booting', 'off', 'off']);
  });

  test('a VM counts its boot from the launch on, however often it was launched before', () => {
    const told = shown([
      [3, 0],
      [3, 1],
      [3, 1],
      [3, 0],
      [3, 1],
      [3, 1],
      [4, 0],
    ]).map((rows) => rows[2]!['boot done']); // level 3
    expect(told).toEqual([0, 1, 2, 0, 1, 2, 0].map((age) => expect.closeTo(age / 3, 5)));
  });

  test('a boot that is found at a restart is as good as done: nobody knows since when it lasts', () => {
    const rows = shown([[3, 2]])[0]!;
    expect(rows.map((row) => row['boot done'])).toEqual([0, 0, 2, 2, 0, 0].map((age) => expect.closeTo(age / 3, 5)));
  });
});

describe('the fleet by another preference than the network alone', () => {
  /** Of six VMs' demand that never changes, four are there; a network has every level rather off, by one logit. */
  function asked() {
    const history = steady(new Array<number>(100).fill(60));
    const seen = { history, now: 100, served: 0, terms: exampleTerms };
    const sizer = new FleetSizer(stubborn(false), examplePool, levels);
    sizer.vote(history, 100, 0, { ready: 4, booting: 0 });
    const prospect = new LevelProspect(levels, 60);
    prospect.look(seen);
    return { sizer, prospect };
  }

  test('is that of the network where a gain does not count, and that of precedents where nothing else does', () => {
    const { sizer, prospect } = asked();
    expect(sizer.vmsBy({ perLogit: 1, perGain: 0 }, prospect)).toBeLessThan(4);
    expect(sizer.vmsBy({ perLogit: 0, perGain: 1 }, prospect)).toBe(6);
  });

  test('a gain counts in the price of the full use of a level elsewhere', () => {
    const { sizer, prospect } = asked();
    const gain = prospect.gain(5, { mode: 0, intervalsInMode: 1 }) / exampleTerms.ratio;
    expect(sizer.vmsBy({ perLogit: 1, perGain: 1.01 / gain }, prospect)).toBe(6);
    expect(sizer.vmsBy({ perLogit: 1, perGain: 0.99 / gain }, prospect)).toBeLessThan(6);
  });
});
