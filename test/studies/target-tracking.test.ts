import { expect, test } from 'vitest';
import type { Observation } from '../../env/types.ts';
import { take } from '../../studies/shelf.ts';
import { TargetTracking } from '../../studies/target-tracking.ts';

const { profile } = await take({ papers: 'examples/papers' }, 'aws-mobilenet-tf', 'aws-2021');
const pool = profile.pools.findIndex((one) => one.name === 'endpoint');

function tracking(): (perSecond: number) => number {
  const policy = new TargetTracking(profile, { pool, targetPerSecond: 9, alarmPoints: 3, calmPoints: 15 });
  return (perSecond) => {
    const observation: Partial<Observation> = { arrivals: { value: [perSecond], ageSeconds: 60 } };
    return policy.decide(observation as Observation).action.vmCounts[pool]!;
  };
}

test('instances are added after three data points above the target, as many as bring it back', () => {
  const decide = tracking();
  expect([40, 40, 40, 40].map(decide)).toEqual([1, 1, 5, 5]);
});

test('a data point below the target begins the count anew', () => {
  const decide = tracking();
  expect([40, 40, 2, 40, 40].map(decide)).toEqual([1, 1, 1, 1, 1]);
});

test('instances are given back after a quarter of an hour well below the target', () => {
  const decide = tracking();
  for (let minute = 0; minute < 3; minute++) decide(40);
  const counts = Array.from({ length: 16 }, () => decide(10));
  expect(counts.slice(0, 14)).toEqual(Array(14).fill(5));
  expect(counts.at(-1)).toBe(2);
});
