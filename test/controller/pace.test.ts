import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decisionsDue } from '../../controller/pace.ts';

const minute = { decisionSeconds: 60, speed: 1, decisions: 100 };

test('at speed 1 one decision falls due at the end of each interval', () => {
  expect(decisionsDue(minute, 59.9, 0)).toBe(0);
  expect(decisionsDue(minute, 60, 0)).toBe(1);
  expect(decisionsDue(minute, 60, 1)).toBe(0);
  expect(decisionsDue(minute, 120, 1)).toBe(1);
});

test('a beat makes up for all that was missed', () => {
  expect(decisionsDue(minute, 600, 3)).toBe(7);
  expect(decisionsDue({ ...minute, speed: 3600 }, 1, 0)).toBe(60);
});

test('at speed max all decisions are due at once, even before any time has passed', () => {
  expect(decisionsDue({ ...minute, speed: Infinity }, 0, 0)).toBe(100);
  expect(decisionsDue({ ...minute, speed: Infinity }, 5, 100)).toBe(0);
});

test('whatever the beats, the decisions taken are the floor of elapsed intervals, and never too many', () => {
  const gaps = fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { maxLength: 40 });
  fc.assert(
    fc.property(
      gaps,
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.integer({ min: 1, max: 500 }),
      (beats, speed, decisions) => {
        let elapsed = 0;
        let done = 0;
        for (const gap of beats) {
          elapsed += gap;
          const due = decisionsDue({ decisionSeconds: 60, speed, decisions }, elapsed, done);
          expect(due).toBeGreaterThanOrEqual(0);
          done += due;
        }
        expect(done).toBe(Math.min(decisions, Math.floor((elapsed * speed) / 60)));
      },
    ),
  );
});
