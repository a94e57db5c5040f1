import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../controller/journal/journal-entry.ts';
import { pastOf } from '../../controller/journal/past-of.ts';

const toMs = Date.UTC(2026, 10, 22, 12);
const minuteMs = 60_000;
const past = (entries: readonly JournalEntry[], minutes = 10) =>
  pastOf(entries, { service: 's', binSeconds: 10, fromMs: toMs - minutes * minuteMs, toMs });

/** A decision that saw an interval which ended then. */
function saw(endMs: number, perSecond: readonly number[], ageSeconds = 120, service = 's'): JournalEntry {
  const at = new Date(endMs + 1000 * ageSeconds).toISOString();
  return { service, at, observation: { arrivals: { perSecond, ageSeconds } } } as unknown as JournalEntry;
}

describe('the past of a journal', () => {
  test('has each minute that a decision saw, and null for the others', () => {
    const minutes = past([saw(toMs - 3 * minuteMs, Array(6).fill(2)), saw(toMs - minuteMs, [1, 2, 3, 4, 5, 6])]);
    expect(minutes).toEqual([null, null, null, null, null, null, 120, null, 210, null]);
  });

  test('counts what two decisions saw once', () => {
    const interval = saw(toMs, Array(6).fill(2));
    expect(past([interval, interval, saw(toMs, Array(6).fill(2), 180)]).at(-1)).toBe(120);
  });

  test('leaves out other services, what is outside, and decisions that saw nothing', () => {
    const blind = { ...saw(toMs, []), observation: { arrivals: null } } as unknown as JournalEntry;
    const entries = [saw(toMs - 20 * minuteMs, [1]), blind, saw(toMs, Array(6).fill(9), 0, 'other')];
    expect(past(entries)).toEqual(Array(10).fill(null));
  });

  test('of a minute that is known for the most part is told by that part', () => {
    expect(past([saw(toMs - 10_000, Array(5).fill(6))]).at(-1)).toBe(360);
    expect(past([saw(toMs - 40_000, Array(2).fill(6))]).at(-1)).toBeNull();
  });

  test('of a steady demand is steady, wherever the intervals begin and however often they are seen', () => {
    const offsets = fc.array(fc.integer({ min: 0, max: 59_999 }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(offsets, (jitters) => {
        const entries = jitters.map((jitterMs, index) =>
          saw(toMs - (18 - index) * minuteMs + jitterMs, Array(6).fill(3)),
        );
        for (const count of past(entries, 15)) expect(count === null || Math.abs(count - 180) < 1e-6).toBe(true);
      }),
    );
  });
});
