import { describe, expect, test } from 'vitest';
import { blockingShare, depthBelowLimit, startsUntilEmpty } from '../../../env/physics/blocking.ts';
import { decay } from '../../../env/physics/decay.ts';
import { erlangLoss } from '../../../env/physics/erlang.ts';

/** M/M/c/K by its balance equations: the states with all servers busy weigh 1, ρ, ρ², … times that without a line. */
function blockedExactly(offered: number, servers: number, room: number): number {
  let inverse = 1;
  for (let count = 1; count <= servers; count++) inverse = 1 + (count / offered) * inverse;
  let weight = 1;
  let sum = inverse;
  for (let line = 1; line <= room; line++) {
    weight *= offered / servers;
    sum += weight;
  }
  return weight / sum;
}

const loads = Array.from({ length: 150 }, (_, index) => 0.02 * (index + 1));
const fleets = [1, 2, 3, 5, 10, 20, 31, 32, 33, 40, 64, 100, 300, 500];

describe("Erlang's loss by table", () => {
  test.each(fleets)('is off by less than 0.0004, and by a hundredth where it matters: %d servers', (servers) => {
    for (const load of loads) {
      const exact = blockedExactly(load * servers, servers, 0);
      const error = Math.abs(erlangLoss(load * servers, servers) - exact);
      expect(error).toBeLessThan(0.0004);
      if (exact > 1e-4) expect(error / exact).toBeLessThan(0.01);
    }
  });

  test('rises with the load and falls with the servers, in between whole numbers too', () => {
    for (const servers of [0.5, 1.5, 7.25, 31.5, 31.99, 32.01, 80.3]) {
      const shares = loads.map((load) => erlangLoss(load * servers, servers));
      for (let index = 1; index < shares.length; index++) {
        expect(shares[index]).toBeGreaterThanOrEqual(shares[index - 1]! - 1e-4);
      }
      for (const load of loads) {
        expect(erlangLoss(load * servers, servers + 0.3)).toBeLessThanOrEqual(
          erlangLoss(load * servers, servers) + 4e-4,
        );
      }
    }
  });

  test('has its limits: no servers, no load, far too much', () => {
    expect(erlangLoss(3, 0)).toBe(1);
    expect(erlangLoss(0, 3)).toBe(0);
    expect(erlangLoss(1e-12, 1e-12)).toBeLessThanOrEqual(1);
    expect(erlangLoss(1e6, 10)).toBeCloseTo(1, 4);
    expect(erlangLoss(1e6, 5e5)).toBeCloseTo(0.5, 4);
  });
});

describe('blocking with a waiting room', () => {
  test.each([1, 5, 26, 100])('of exponential service is M/M/c/K within 0.0004: %d servers', (servers) => {
    for (const room of [0, 1, 5, 30]) {
      for (const load of [...loads.filter((one) => one < 2), 1]) {
        const exact = blockedExactly(load * servers, servers, room);
        expect(Math.abs(blockingShare(load * servers, servers, room) - exact)).toBeLessThan(0.0004);
      }
    }
  });

  test('falls with the room, and faster for steady service', () => {
    const shares = [0, 1, 2, 5, 10, 50].map((room) => blockingShare(24, 26, room));
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(blockingShare(24, 26, 10, 0.5)).toBeLessThan(blockingShare(24, 26, 10, 1));
  });
});

describe('e^-x by table', () => {
  test('is off by less than 0.02 %, and ends at 16', () => {
    for (let x = -3; x < 15.99; x += 0.0137) expect(Math.abs(decay(x) / Math.exp(-x) - 1)).toBeLessThan(0.0002);
    expect(decay(16)).toBe(0);
    expect(decay(Number.POSITIVE_INFINITY)).toBe(0);
  });
});

describe('until a line is empty for the first time', () => {
  /** From one who waits to one fewer: a service, and from whoever joined meanwhile; by the line that is full. */
  function byRecursion(waiting: number, ratio: number, room: number): number {
    let onePlace = 1;
    let sum = 0;
    for (let length = room; length >= 1; length--) {
      if (length <= waiting) sum += onePlace;
      onePlace = 1 + ratio * onePlace;
    }
    return sum;
  }

  test.each([
    [1, 0.5, 1],
    [3, 0.9, 10],
    [10, 1, 10],
    [4, 1.5, 20],
    [30, 0.99, 200],
  ])('%i wait, %d join for each that starts, room for %i', (waiting, ratio, room) => {
    const exact = byRecursion(waiting, ratio, room);
    expect(startsUntilEmpty(waiting, ratio, room) / exact).toBeCloseTo(1, 4);
  });

  test('with room for any it is what the services gain on the arrivals, and never where they gain nothing', () => {
    expect(startsUntilEmpty(12, 0.75, Number.POSITIVE_INFINITY)).toBeCloseTo(48, 9);
    expect(startsUntilEmpty(12, 1.2, Number.POSITIVE_INFINITY)).toBeGreaterThan(1e9);
  });
});

describe('how far before the end of a line at its limit those stand who join it', () => {
  test.each([1.05, 1.2, 1.5])('as birth and death has it: %d join for each that starts', (ratio) => {
    const room = 400;
    let weights = 0;
    let depths = 0;
    for (let depth = 0; depth < room; depth++) {
      weights += ratio ** -depth;
      depths += depth * ratio ** -depth;
    }
    expect(Math.abs(depthBelowLimit(ratio, room, 1) - depths / weights)).toBeLessThan(0.6);
  });

  test('half the line at the most', () => {
    expect(depthBelowLimit(0.8, 30, 1)).toBe(15);
    expect(depthBelowLimit(1.0001, 30, 0.5)).toBe(15);
  });
});
