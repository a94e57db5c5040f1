import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { momentOf } from '../../../env/workload/moment.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');

describe('a moment', () => {
  test.each([
    '2026-11-22T12:00:00Z',
    '2026-11-22T12:00Z',
    '2026-11-22 12:00:00 UTC',
    '2026-11-22 12:00:00.000+00:00',
    '2026-11-22T13:00:00+01:00',
    '2026-11-22T13:00:00+0100',
    '2026-11-22T04:30:00-0730',
    '2026-11-22T14:00:00+02',
    '2026/11/22 12:00:00,000Z',
    '1795348800',
    '1795348800.000',
    '1795348800000',
    '1795348800000000',
    '1795348800000000000',
    '1.7953488e9',
  ])('is read from %j', (text) => {
    expect(momentOf(text)).toEqual({ ms: noon, lacksZone: false });
  });

  test('without a zone is one of UTC, and says so; a day begins at midnight', () => {
    expect(momentOf('2026-11-22 12:00:00')).toEqual({ ms: noon, lacksZone: true });
    expect(momentOf('2026-11-22')).toEqual({ ms: noon - 12 * 3600 * 1000, lacksZone: true });
    expect(momentOf('2024-02-29')).toEqual({ ms: Date.UTC(2024, 1, 29), lacksZone: true });
  });

  test.each([
    '',
    'noon',
    '22.11.2026 12:00',
    '11/22/2026 12:00',
    '2026-13-22T12:00:00Z',
    '2026-02-29T12:00:00Z',
    '2026-04-31',
    '2026-11-22T12:00:00 MEZ',
    '-5',
  ])('is none in %j', (text) => expect(momentOf(text)).toBeNull());

  test('of our century is the same in whichever unit its digits are', () => {
    const seconds = fc.integer({ min: 1e9, max: 4e9 });
    fc.assert(
      fc.property(seconds, fc.constantFrom(0, 3, 6, 9), (count, digits) => {
        expect(momentOf(`${count}${'0'.repeat(digits)}`)!.ms).toBe(1000 * count);
      }),
    );
  });
});
