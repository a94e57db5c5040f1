import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PatientLine } from '../../../env/sim/patient-line.ts';

const amounts = fc.array(
  fc.record({ joined: fc.integer({ min: 0, max: 50 }), pace: fc.integer({ min: 0, max: 60 }) }),
  {
    minLength: 1,
    maxLength: 80,
  },
);

describe('the line of those whom the miss budget lets wait', () => {
  test('whoever joins is served, leaves, or waits', () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 1, max: 20 }), (seconds, patience) => {
        const line = new PatientLine(patience);
        let inside = 0;
        for (const { joined, pace } of seconds) {
          const served = Math.min(pace, line.waiting + joined);
          line.flow(joined, served);
          inside += joined - served - line.leave();
          expect(line.waiting).toBeCloseTo(inside, 9);
        }
      }),
    );
  });

  test('nobody who is not served leaves before his patience ends, and nobody stays beyond it', () => {
    const line = new PatientLine(5);
    const gone = Array.from({ length: 8 }, (_, second) => {
      line.flow(second === 0 ? 10 : 0, 0);
      return line.leave();
    });
    expect(gone).toEqual([0, 0, 0, 0, 0, 10, 0, 0]);
  });

  test('who has waited longest is served first', () => {
    const line = new PatientLine(3);
    line.flow(4, 0);
    line.leave();
    line.flow(6, 3);
    line.leave();
    line.flow(0, 0);
    line.leave();
    line.flow(0, 0);
    expect(line.leave()).toBe(1);
    line.flow(0, 0);
    expect(line.leave()).toBe(6);
    expect(line.waiting).toBe(0);
  });
});
