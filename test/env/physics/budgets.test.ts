import { describe, expect, test } from 'vitest';
import {
  creditPrice,
  idleReserve,
  ladder,
  longestWaitSeconds,
  missesLeft,
  patientRoom,
  pressureWaitMs,
} from '../../../env/physics/budgets.ts';
import type { ServiceProfile } from '../../../env/types.ts';
import { service } from '../sim/small-service.ts';

const [pool] = service.pools;
const profile: ServiceProfile = {
  ...service,
  accuracyFloor: 0.8,
  variants: [0.6, 0.7, 0.8, 0.82, 0.85].map((accuracy, index) => ({ name: `v${index}`, accuracy })),
  pools: [
    { ...pool!, serviceMs: [20, 30, 100, 150, 160] },
    { ...pool!, name: 'other', serviceMs: [null, null, 40, null, 80] },
    { ...pool!, name: 'none', serviceMs: [10, null, null, null, null] },
  ],
};

describe('the ladder of a pool', () => {
  test('goes down to what saves most time, and up to what brings most accuracy, for the other', () => {
    const { smaller, larger } = ladder(profile, 0, 2)!;
    expect(smaller!.variant).toBe(1); // 70 ms for 0.1, against 80 ms for 0.2
    expect(larger!.variant).toBe(4); // 0.05 for 60 ms, against 0.02 for 50 ms
  });

  test('does not go up where nothing smaller could spend what that brings', () => {
    expect(ladder(profile, 1, 2)).toEqual({
      inForce: { variant: 2, serviceSeconds: 0.04, accuracy: 0.8 },
      larger: null,
      smaller: null,
    });
    expect(ladder(profile, 1, 4)!.smaller!.variant).toBe(2);
  });

  test('is not there where the variant does not run', () => {
    expect(ladder(profile, 2, 2)).toBeNull();
  });
});

test('an answer costs what it lacks to the floor, and nothing above it', () => {
  expect(creditPrice(ladder(profile, 0, 1)!.inForce, 0.8)).toBeCloseTo(0.1, 12);
  expect(creditPrice(ladder(profile, 0, 3)!.inForce, 0.8)).toBe(0);
});

test('a tenth of the slots stays idle, and one at least', () => {
  expect([1, 9, 10, 11, 200].map(idleReserve)).toEqual([1, 1, 1, 2, 20]);
});

test('a larger variant may be begun while three deviations of its service still meet the deadline', () => {
  const rung = { variant: 0, serviceSeconds: 0.1, accuracy: 0.8 };
  expect(longestWaitSeconds(rung, 0.2, 500)).toBeCloseTo(0.34, 12);
  expect(longestWaitSeconds(rung, 0.2, 100)).toBeLessThan(0);
});

test('a line is under pressure from the wait that would make late or spill, whichever is shorter', () => {
  expect(pressureWaitMs(200, 500, 0.1)).toBe(200);
  expect(pressureWaitMs(450, 500, 0.1)).toBe(400);
  expect(pressureWaitMs(null, 500, 0.1)).toBe(400);
  expect(pressureWaitMs(200, 50, 0.1)).toBe(0);
});

test('three quarters of the misses that the promise allows are the router’s, less those that happened', () => {
  expect(missesLeft(0.99, 10_000, 30)).toBeCloseTo(45, 9);
  expect(missesLeft(0.99, 10_000, 80)).toBeLessThan(0);
});

test('nobody is let wait in a lasting overload', () => {
  expect(patientRoom(100, 90, 60_000)).toBe(300);
  expect(patientRoom(100, 101, 60_000)).toBe(0);
});
