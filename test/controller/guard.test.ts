import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Guard } from '../../controller/guard.ts';
import { validAction } from '../../controller/valid-action.ts';
import type { Action, Observation } from '../../env/types.ts';
import { actionOf, observationOf, policyOf, profile } from './fakes.ts';

const blind = observationOf({ arrivals: null });

function isValid(action: Action): boolean {
  return !('fault' in validAction(action, profile));
}

/** Near misses: each field valid or not, by itself. */
const nearAction = fc.record(
  {
    variant: fc.oneof(fc.integer({ min: -1, max: 3 }), fc.double(), fc.anything()),
    vmCounts: fc.oneof(
      fc.array(fc.oneof(fc.integer({ min: -1, max: 9 }), fc.double()), { maxLength: 3 }),
      fc.anything(),
    ),
    lambdaMemoryMb: fc.oneof(fc.constantFrom(1024, 2048, 1536, Number.NaN), fc.anything()),
    spillover: fc.oneof(
      fc.record({
        maxWaitMs: fc.array(fc.oneof(fc.constant(null), fc.double()), { maxLength: 3 }),
        lambdaShare: fc.oneof(fc.double({ min: -0.5, max: 1.5 }), fc.anything()),
      }),
      fc.anything(),
    ),
  },
  { requiredKeys: [] },
);

const validActions = fc.record({
  variant: fc.integer({ min: 0, max: 2 }),
  vmCounts: fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 3 })),
  lambdaMemoryMb: fc.constantFrom(1024, 2048),
  spillover: fc.record({
    maxWaitMs: fc.tuple(fc.option(fc.double({ min: 0, max: 5000, noNaN: true })), fc.option(fc.nat())),
    lambdaShare: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
});

const counts = fc.record({ ready: fc.nat(20), booting: fc.nat(20) });
const observations: fc.Arbitrary<Observation> = fc
  .record({
    arrivals: fc.option(fc.record({ value: fc.array(fc.double()), ageSeconds: fc.nat() })),
    pools: fc.array(counts, { minLength: 2, maxLength: 2 }),
    lastAction: fc.option(fc.oneof(validActions, nearAction as fc.Arbitrary<unknown> as fc.Arbitrary<Action>)),
  })
  .map(observationOf);

const thrower = () => {
  throw new Error('the network is gone');
};

describe('Guard', () => {
  test('whatever a policy returns, what comes out fits the profile', () => {
    const answers = fc.array(fc.oneof(nearAction, validActions, fc.anything(), fc.constant(thrower)), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(answers, fc.array(observations, { minLength: 1, maxLength: 12 }), (said, seen) => {
        const guard = new Guard(policyOf('wild', ...said), profile);
        for (const observation of seen) {
          const { action, proposal, held } = guard.decide(observation);
          expect(isValid(action)).toBe(true);
          if (proposal !== null) expect(isValid(proposal)).toBe(true);
          // A sentence exactly where something else than the proposal comes out, or where the proposal is bad.
          if (held === null) expect(action).toEqual(proposal);
          else expect(held).toMatch(/^[A-Z].*\.$/s);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('with arrivals known, a valid action passes as it is', () => {
    fc.assert(
      fc.property(fc.array(validActions, { minLength: 1, maxLength: 6 }), (said) => {
        const guard = new Guard(policyOf('good', ...said), profile);
        for (const action of said)
          expect(guard.decide(observationOf())).toMatchObject({ action, proposal: action, held: null });
      }),
    );
  });

  test('while arrivals are absent no VM is ever taken away', () => {
    fc.assert(
      fc.property(
        fc.array(validActions, { minLength: 1, maxLength: 8 }),
        fc.array(fc.boolean(), { maxLength: 8 }),
        (said, sights) => {
          const guard = new Guard(policyOf('eager', ...said), profile);
          let before: Action | null = null;
          for (const sees of sights) {
            const { action } = guard.decide(sees ? observationOf() : blind);
            const floor = before?.vmCounts ?? [3, 1];
            if (!sees) expect(action.vmCounts.every((count, pool) => count >= floor[pool]!)).toBe(true);
            before = action;
          }
        },
      ),
    );
  });

  test('absent arrivals hold the last action, and the verdict says so', () => {
    const guard = new Guard(policyOf('p', actionOf(5), actionOf(2)), profile);
    guard.decide(observationOf());
    const verdict = guard.decide(blind);
    expect(verdict).toMatchObject({ action: actionOf(5), proposal: actionOf(2) });
    expect(verdict.held).toBe('Arrivals are absent: the last action is held.');
  });

  test('a bin that is not a number counts as absent, and so does a series of no bins', () => {
    for (const value of [[10, Number.NaN], [10, Infinity], [-1], []]) {
      const guard = new Guard(policyOf('p', actionOf(5), actionOf(2)), profile);
      guard.decide(observationOf());
      expect(guard.decide(observationOf({ arrivals: { value, ageSeconds: 60 } })).action).toEqual(actionOf(5));
    }
  });

  test('a blind start may add VMs but not take away what runs or boots', () => {
    const cut = new Guard(policyOf('cutter', actionOf(1)), profile).decide(blind);
    expect(cut.action.vmCounts).toEqual([3, 1]);
    expect(cut.held).toBe('Arrivals are absent: no VM is taken away.');
    const grow = new Guard(policyOf('grower', actionOf(6, 2)), profile).decide(blind);
    expect(grow).toMatchObject({ action: actionOf(6, 2), held: null });
  });

  test('a restart holds the action that is in force', () => {
    const seen = observationOf({ arrivals: null, lastAction: actionOf(7) });
    expect(new Guard(policyOf('p', actionOf(1)), profile).decide(seen).action).toEqual(actionOf(7));
  });

  test('a policy that throws holds the last action, and is asked again the next time', () => {
    const guard = new Guard(policyOf('shaky', actionOf(5), thrower, actionOf(2)), profile);
    guard.decide(observationOf());
    const verdict = guard.decide(observationOf());
    expect(verdict).toMatchObject({ action: actionOf(5), proposal: null });
    expect(verdict.held).toBe('Policy shaky failed (the network is gone): the last action is held.');
    expect(guard.decide(observationOf())).toMatchObject({ action: actionOf(2), held: null });
  });

  test('a policy that is wrong from the start leaves what is there as it was found', () => {
    const found = { ...actionOf(5), lambdaMemoryMb: 1024, variant: 0 };
    const held = new Guard(policyOf('p', Number.NaN), profile).decide(observationOf({ found }));
    expect(held.action).toEqual(found);
  });

  test('what stood in while nothing was known is not held once more is known', () => {
    const guard = new Guard(policyOf('p', Number.NaN), profile);
    const unread = { ready: 0, booting: 0 };
    guard.decide(observationOf({ pools: [unread, unread] }));
    const found = { ...actionOf(5), lambdaMemoryMb: 1024 };
    expect(guard.decide(observationOf({ found })).action).toEqual(found);
  });

  test('where nobody knows what is there, no VM goes, and the rest promises most', () => {
    const verdict = new Guard(policyOf('p', Number.NaN), profile).decide(observationOf());
    expect(verdict.action).toMatchObject({ variant: 1, vmCounts: [3, 1], lambdaMemoryMb: 2048 });
    expect(verdict.held).toBe('Policy p gave no action: what is there stays as it was found.');
  });

  test('what a policy later does to its own arrays changes nothing', () => {
    const mutable = { ...actionOf(4), vmCounts: [4, 0] };
    const guard = new Guard(policyOf('p', mutable), profile);
    const { action } = guard.decide(observationOf());
    mutable.vmCounts[0] = 999;
    expect(action.vmCounts).toEqual([4, 0]);
    expect(guard.decide(blind).action.vmCounts).toEqual([4, 0]);
  });
});

describe('validAction says what is wrong', () => {
  const cases: [string, unknown][] = [
    ['gave no action', 'scale up'],
    ['gave variant 3, where 0 to 2 exist', { ...actionOf(1), variant: 3 }],
    ['gave variant NaN, where 0 to 2 exist', { ...actionOf(1), variant: Number.NaN }],
    ['gave 9 VMs for pool cpu, which allows 1 to 8', actionOf(9)],
    ['gave 0.5 VMs for pool gpu, which allows 0 to 3', actionOf(1, 0.5)],
    ['gave VM counts of length 1 for 2 pools', { ...actionOf(1), vmCounts: [1] }],
    ['gave Lambda memory 1536 MB, which is none of 1024, 2048', { ...actionOf(1), lambdaMemoryMb: 1536 }],
    [
      'gave a waiting limit of -1 ms for class relaxed',
      { ...actionOf(1), spillover: { maxWaitMs: [0, -1], lambdaShare: 0 } },
    ],
    [
      'gave Lambda a share of 1.1, which must be 0 to 1',
      { ...actionOf(1), spillover: { maxWaitMs: [0, 0], lambdaShare: 1.1 } },
    ],
  ];
  test.each(cases)('%s', (fault, action) => {
    expect(validAction(action, profile)).toEqual({ fault });
  });
});
