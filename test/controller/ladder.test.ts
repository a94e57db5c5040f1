import { describe, expect, test } from 'vitest';
import { Ladder } from '../../controller/ladder.ts';
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
