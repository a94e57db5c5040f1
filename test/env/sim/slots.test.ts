import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SlotHeap } from '../../../env/sim/slot-heap.ts';
import { Slots } from '../../../env/sim/slots.ts';
import { WaitingLine } from '../../../env/sim/waiting-line.ts';
import { WaitingLines } from '../../../env/sim/waiting-lines.ts';

const times = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 300 });

test('a heap gives times back in order, whatever was put in', () => {
  fc.assert(
    fc.property(times, times, (first, second) => {
      const heap = new SlotHeap();
      for (const time of first) heap.push(time);
      const replaced = Math.min(first.length, second.length);
      const expected = [...first];
      for (const time of second.slice(0, replaced)) {
        expected.sort((a, b) => a - b).shift();
        expected.push(time);
        heap.replaceFirst(time);
      }
      for (const time of expected.sort((a, b) => a - b)) {
        expect(heap.first).toBe(time);
        heap.pop();
      }
      expect(heap.size).toBe(0);
      expect(heap.first).toBe(Number.POSITIVE_INFINITY);
    }),
  );
});

test('a heap raised to a time holds nothing earlier, and the rest as it was', () => {
  fc.assert(
    fc.property(times, fc.double({ min: 0, max: 100, noNaN: true }), (first, time) => {
      const heap = new SlotHeap();
      for (const one of first) heap.push(one);
      heap.raise(time);
      for (const one of first.map((at) => Math.max(at, time)).sort((a, b) => a - b)) {
        expect(heap.first).toBe(one);
        heap.pop();
      }
    }),
  );
});

test('a line is first in, first out, also when its ring wraps and grows', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(900), { maxLength: 12 }), (batches) => {
      const line = new WaitingLine();
      const expected: number[] = [];
      let next = 0;
      batches.forEach((size, batch) => {
        for (let index = 0; index < size; index++) {
          line.push(next, 1 / (1 + next));
          expected.push(next++);
        }
        const taken = batch % 2 === 0 ? Math.floor(expected.length / 3) : expected.length;
        const shifted = Array.from({ length: taken }, () => [line.first, line.firstUnit, line.shift()]);
        expect(shifted).toEqual(expected.splice(0, taken).map((one) => [one, 1 / (1 + one), one]));
        expect(line.length).toBe(expected.length);
      });
    }),
  );
});

describe('lines', () => {
  test('are served strictest first, in order within a class', () => {
    const lines = new WaitingLines(3, 60);
    for (const [k, arrival] of [
      [2, 1],
      [1, 2],
      [0, 3],
      [1, 4],
    ] as const) {
      lines.join(k, arrival);
    }
    expect([lines.ahead(0), lines.ahead(1), lines.ahead(2)]).toEqual([1, 3, 4]);
    expect([0, 0, 0, 0].map(() => lines.next())).toEqual([3, 2, 4, 1]);
  });

  test('let go who has waited longer than allowed, and nobody else', () => {
    const lines = new WaitingLines(2, 10);
    lines.join(0, 0);
    lines.join(0, 5);
    lines.join(1, 4.9);
    const lost = new Float64Array(2);
    lines.expire(15, lost);
    expect([...lost]).toEqual([1, 1]);
    expect(lines.lengths()).toEqual([1, 0]);
    expect(lines.waiting).toBe(1);
  });
});

describe('slots', () => {
  test('that go are idle ones first, then those that finish first, and those finish', () => {
    const slots = new Slots();
    slots.serve({ inForce: { variant: 0, serviceSeconds: 2, accuracy: 1 }, larger: null, smaller: null }, 0);
    slots.open(4, 0);
    slots.work(10, 12);
    slots.work(10, 13);
    expect(slots.nextFreeAt).toBe(0);
    slots.retire(3);
    expect(slots.count).toBe(1);
    expect(slots.nextFreeAt).toBe(13);
    expect(slots.workedSeconds).toBe(5);
    expect(slots.capacityPerSecond).toBe(0.5);
  });

  test('on which the variant has not run so far are free from now on, not since they fell idle', () => {
    const slots = new Slots();
    slots.open(2, 0);
    const inForce = { variant: 0, serviceSeconds: 2, accuracy: 1 };
    slots.serve({ inForce, larger: null, smaller: null }, 60);
    expect(slots.nextFreeAt).toBe(60);
  });

  test('that the variant does not run on are never free', () => {
    const slots = new Slots();
    slots.open(4, 0);
    expect(slots.nextFreeAt).toBe(Number.POSITIVE_INFINITY);
    expect(slots.capacityPerSecond).toBe(0);
  });
});
