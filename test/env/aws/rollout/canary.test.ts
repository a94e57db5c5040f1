import { describe, expect, test } from 'vitest';
import { type CanaryMinute, judgeCanary } from '../../../../env/aws/rollout/canary.ts';

/** Minutes of one kind. */
function minutes(count: number, minute: Partial<CanaryMinute>): CanaryMinute[] {
  return Array.from({ length: count }, () => ({ invocations: 100, errors: 0, p95Ms: 200, ...minute }));
}

const judge = (old: readonly CanaryMinute[], fresh: readonly CanaryMinute[], expectedRatio = 1) =>
  judgeCanary({ old, new: fresh }, expectedRatio);

test('three minutes with traffic are needed', () => {
  expect(judge(minutes(5, {}), minutes(2, {}))).toBe('early');
  expect(judge(minutes(5, {}), [...minutes(2, {}), ...minutes(5, { invocations: 0, p95Ms: null })])).toBe('early');
  expect(judge(minutes(5, {}), minutes(3, {}))).toBe('fine');
});

test('and thirty requests, since few of them prove nothing', () => {
  expect(judge(minutes(5, {}), minutes(5, { invocations: 5, p95Ms: 900 }))).toBe('early');
  expect(judge(minutes(5, {}), minutes(6, { invocations: 5 }))).toBe('fine');
});

describe('errors', () => {
  test('beyond what the old version has are worse, before three minutes are over', () => {
    expect(judge(minutes(1, {}), minutes(1, { errors: 20 }))).toBe('worse');
  });

  test('as the old version has them are not', () => {
    expect(judge(minutes(5, { invocations: 900, errors: 45 }), minutes(3, { errors: 6 }))).toBe('fine');
  });

  test('so few that they prove nothing are not', () => {
    expect(judge(minutes(5, { invocations: 900 }), [...minutes(2, {}), ...minutes(1, { errors: 1 })])).toBe('fine');
  });
});

describe('latency', () => {
  test('that is longer is worse', () => {
    expect(judge(minutes(5, {}), minutes(3, { p95Ms: 300 }))).toBe('worse');
  });

  test('that is longer as the profile says of a smaller memory is not', () => {
    expect(judge(minutes(5, {}), minutes(3, { p95Ms: 340 }), 1.7)).toBe('fine');
    expect(judge(minutes(5, {}), minutes(3, { p95Ms: 600 }), 1.7)).toBe('worse');
  });

  test('of a larger memory that brings nothing is no worse', () => {
    expect(judge(minutes(5, {}), minutes(3, { p95Ms: 200 }), 0.58)).toBe('fine');
    expect(judge(minutes(5, {}), minutes(3, { p95Ms: 300 }), 0.58)).toBe('worse');
  });

  test('of one bad minute among good ones is luck', () => {
    expect(judge(minutes(5, {}), [...minutes(3, {}), ...minutes(1, { p95Ms: 5000 })])).toBe('fine');
  });

  test('that nobody measured leaves the errors to decide', () => {
    expect(judge([], minutes(3, { p95Ms: null }))).toBe('fine');
  });
});
