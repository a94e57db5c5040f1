import { describe, expect, test } from 'vitest';
import { Ladder } from '../../controller/ladder.ts';
import type { LadderVerdict } from '../../controller/ladder-verdict.ts';
import type { LastResorts } from '../../controller/patience.ts';
import { defaultLimits } from '../../env/guardrails/limits.ts';
import type { Observation } from '../../env/types.ts';
import { actionOf, observationOf, policyOf, profile } from './fakes.ts';

const conditions = { ...defaultLimits.ladder, absentIntervals: 2, probationIntervals: 3, disagreementIntervals: 2 };
const throws = () => {
  throw new Error('no');
};

/** Rung and VMs of each decision. */
function climb(answers: readonly unknown[], times: number, see: (tick: number) => Partial<Observation> = () => ({})) {
  const ladder = new Ladder(policyOf('agent', ...answers), policyOf('rule', actionOf(2)), profile, conditions);
  return Array.from({ length: times }, (_, tick) => {
    const { rung, action } = ladder.decide(observationOf(see(tick)));
    return `${rung} ${action.vmCounts[0]}`;
  });
}

describe('the ladder', () => {
  test('leaves the policy in charge while nothing is wrong', () => {
    expect(climb([actionOf(4)], 3)).toEqual(Array(3).fill('policy 4'));
  });

  test('goes to the fallback at once when the policy throws, and back after its probation', () => {
    expect(climb([actionOf(4), throws, actionOf(4)], 6)).toEqual([
      ...['policy 4', 'fallback 2', 'fallback 2', 'fallback 2', 'policy 4', 'policy 4'],
    ]);
  });

  test('takes NaN for a failure', () => {
    expect(climb([actionOf(Number.NaN)], 2)).toEqual(['fallback 2', 'fallback 2']);
  });

  test('holds without arrivals, and after many such decisions begins with the fallback', () => {
    const absent = (tick: number) => (tick === 1 || tick === 2 ? { arrivals: null } : {});
    expect(climb([actionOf(4)], 7, absent)).toEqual([
      ...['policy 4', 'hold 4', 'hold 4', 'fallback 2', 'fallback 2', 'policy 4', 'policy 4'],
    ]);
  });

  test('goes to the fallback when the two disagree widely for several decisions', () => {
    const eager = { ...profile, pools: profile.pools.map((pool) => ({ ...pool, max: 100 })) };
    const ladder = new Ladder(policyOf('agent', actionOf(40)), policyOf('rule', actionOf(2)), eager, conditions);
    const rungs = Array.from({ length: 4 }, () => ladder.decide(observationOf()));
    expect(rungs.map(({ rung }) => rung)).toEqual(['policy', 'fallback', 'fallback', 'fallback']);
    expect(rungs[1]!.because).toBe('The policy wanted 40 VMs and its fallback 2, for 2 decisions.');
  });

  test('goes to the fallback while the policy doubts itself, and tells why', () => {
    let doubt: string | null = null;
    const policy = { ...policyOf('agent', actionOf(4)), trust: () => doubt };
    const ladder = new Ladder(policy, policyOf('rule', actionOf(2)), profile, conditions);
    const verdicts = Array.from({ length: 6 }, (_, tick) => {
      doubt = tick === 1 ? 'The traffic is unlike the training.' : null;
      return ladder.decide(observationOf());
    });
    const [policyActs, ruleActs] = ['policy 4', 'fallback 2'];
    expect(verdicts.map(({ rung, action }) => `${rung} ${action.vmCounts[0]}`)).toEqual([
      ...[policyActs, ruleActs, ruleActs, ruleActs, policyActs, policyActs],
    ]);
    expect(verdicts[1]!.because).toBe('The traffic is unlike the training.');
  });

  test('holds where both fail, and without a fallback', () => {
    const both = new Ladder(
      policyOf('a', actionOf(4), throws),
      policyOf('b', actionOf(2), throws),
      profile,
      conditions,
    );
    expect([both.decide(observationOf()), both.decide(observationOf())].map(({ rung }) => rung)).toEqual([
      'policy',
      'hold',
    ]);
    const alone = new Ladder(policyOf('a', actionOf(4), throws, actionOf(5)), null, profile, conditions);
    const verdicts = [1, 2, 3].map(() => alone.decide(observationOf()));
    expect(verdicts.map(({ rung, action }) => `${rung} ${action.vmCounts[0]}`)).toEqual([
      'policy 4',
      'hold 4',
      'policy 5',
    ]);
  });
});

describe('a long outage', () => {
  const minutes = { ...conditions, floorMinutes: 10, handBackMinutes: 20 };
  /** What is decided minute by minute, where arrivals are there in those minutes that `isKnown` names. */
  function outage(resorts: LastResorts, times: number, isKnown: (minute: number) => boolean, policy = actionOf(3)) {
    const ladder = new Ladder(policyOf('agent', policy), null, profile, minutes, resorts);
    return Array.from({ length: times }, (_, minute) =>
      ladder.decide(observationOf({ timeSeconds: 60 * minute, ...(isKnown(minute) ? {} : { arrivals: null }) })),
    );
  }
  const words = ({ rung, action }: LadderVerdict) => `${rung} ${action.vmCounts.join('+')}`;

  test('is held for ten minutes, then the fleet is what is there and what the last day usually needed, never less', () => {
    const usual = { canHandBack: false, usuallyNeeded: () => [6, 0] };
    const verdicts = outage(usual, 30, (minute) => minute === 0);
    expect(verdicts.slice(0, 11).map(words)).toEqual(['policy 3+0', ...Array(10).fill('hold 3+0')]);
    // One GPU is there, and stays.
    expect(new Set(verdicts.slice(11).map(words))).toEqual(new Set(['hold 6+1']));
    expect(verdicts[11]!.because).toBe(
      'Arrivals are absent for 10 min or longer: no fewer VMs than there are and than the last day usually needed: 6 and 1.',
    );
    const modest = outage({ ...usual, usuallyNeeded: () => [1, 0] }, 15, (minute) => minute === 0, actionOf(3, 1));
    expect(modest.at(-1)!.action.vmCounts).toEqual([3, 1]);
  });

  test('that follows a start without history changes nothing', () => {
    const verdicts = outage({ canHandBack: false, usuallyNeeded: () => null }, 15, (minute) => minute === 0);
    expect(verdicts.at(-1)!.action.vmCounts).toEqual([3, 0]);
  });

  test('ends with the fleet handed back, where there is somebody to take it, until decisions were good for the probation', () => {
    const resorts = { canHandBack: true, usuallyNeeded: () => null };
    const verdicts = outage(resorts, 30, (minute) => minute < 1 || minute === 24 || minute > 25);
    const rungs = verdicts.map(({ rung }) => rung);
    expect(rungs.indexOf('hand-back')).toBe(21);
    // One good minute, and a bad one after it, are no probation.
    expect(rungs.slice(21)).toEqual([...Array(7).fill('hand-back'), 'policy', 'policy']);
    const nobody = outage({ ...resorts, canHandBack: false }, 30, (minute) => minute < 1);
    expect(nobody.at(-1)!.rung).toBe('hold');
  });
});
