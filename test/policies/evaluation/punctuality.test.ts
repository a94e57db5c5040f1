import { describe, expect, test } from 'vitest';
import { emptyOutcome } from '../../../env/outcome.ts';
import type { Outcome } from '../../../env/types.ts';
import { PunctualityMeter } from '../../../policies/evaluation/punctuality.ts';
import { profile } from './fakes.ts';

const step = (seconds: number, inTime: number, late = 0): Outcome => ({
  ...emptyOutcome(profile),
  seconds,
  classes: [{ requests: inTime + late, inTime, late, lost: 0 }],
});

function punctualityOf(steps: readonly Outcome[]) {
  const meter = new PunctualityMeter(0.99);
  for (const one of steps) meter.add(one);
  return meter.finish();
}
const minutes = (count: number, inTime: number, late = 0) =>
  Array.from({ length: count }, () => step(60, inTime, late));

describe('punctuality', () => {
  test('is the share of the time, not of the requests', () => {
    const { timeShare } = punctualityOf([...minutes(9, 10), ...minutes(1, 0, 1000)]);
    expect(timeShare).toBeCloseTo(0.9, 12);
  });

  test('counts short decisions by the minute, and long ones whole', () => {
    const short = [1, 2, 3, 4, 5, 6].map((second) => step(10, second === 1 ? 0 : 100, second === 1 ? 1 : 0));
    expect(punctualityOf(short).timeShare).toBe(1);
    expect(punctualityOf([step(300, 0, 1), step(60, 1)]).timeShare).toBeCloseTo(60 / 360, 12);
  });

  test('of a time without requests is kept, and tells of no hour', () => {
    expect(punctualityOf(minutes(5, 0))).toEqual({ timeShare: 1, worstHour: null });
  });

  test('shows the worst hour; what is left at the end belongs to the hour before', () => {
    const day = [...minutes(60, 10), ...minutes(60, 9, 1), ...minutes(60, 10), ...minutes(20, 4, 6)];
    expect(punctualityOf(day).worstHour).toBeCloseTo((60 * 10 + 20 * 4) / (80 * 10), 12);
    expect(punctualityOf(minutes(10, 9, 1)).worstHour).toBeCloseTo(0.9, 12);
  });
});
