import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPolicy } from '../../policies/registry.ts';
import { drive, vmsOf } from './drive.ts';
import { examplePrices, exampleProfile, observation, type Seen } from './example-service.ts';

const make = (text: string) => createPolicy(text, exampleProfile, examplePrices);

/** Minute m reports the rates of the six bins that end with it, on a line of the given slope per second. */
function ramp(from: number, slope: number, minutes: number): Seen[] {
  return Array.from({ length: minutes }, (_, minute) => ({
    rates: Array.from({ length: 6 }, (_, bin) => from + slope * (60 * minute - 10 * (5 - bin))),
  }));
}

test('on a steady load exascale and mixed hold the load times the margin', () => {
  const steady = new Array(10).fill({ rates: 100 });
  expect(vmsOf(drive(make('exascale:margin=1.25,utilization=1'), steady)).at(-1)).toBe(13);
  expect(vmsOf(drive(make('mixed:margin=1.25'), steady)).at(-1)).toBe(13);
});

test('exascale holds, on a ramp, what the ramp will need when a VM launched now is ready', () => {
  // At minute 9 the load is 100 + 0.1 × 540 = 154 req/s; a boot later, 166.
  const decisions = drive(make('exascale:margin=1,utilization=1'), ramp(100, 0.1, 10));
  expect(decisions.at(-1)!.action.vmCounts).toEqual([17]);
  expect(decisions.at(-1)!.reason).toMatch(
    /demand of 166 req\/s predicted for the end of a boot, in 120 s, needs 17 VMs/,
  );
});

test('mixed carries as much of the slope to the end of a boot as it is told', () => {
  const last = (trendShare: number) =>
    vmsOf(drive(make(`mixed:margin=1,windowSeconds=300,trendShare=${trendShare}`), ramp(100, 0.1, 10))).at(-1);
  // The mean of the last 300 s lies 145 s back, at 139.5 req/s; the end of a boot is 265 s on from there.
  expect(last(0)).toBe(14);
  expect(last(0.5)).toBe(16);
  expect(last(1)).toBe(17);
});

test('a falling line never predicts less than nothing', () => {
  expect(vmsOf(drive(make('exascale:scaleInDelaySeconds=0'), ramp(100, -0.25, 7))).at(-1)).toBe(1);
});

test('percentile holds the percentile of the window, rounded to the nearest VM', () => {
  const rates = [10, 20, 30, 40, 50, 60];
  const at = (share: number) =>
    vmsOf(drive(make(`percentile:windowSeconds=60,percentile=${share},margin=1`), [{ rates }, { rates }])).at(-1);
  expect(at(0)).toBe(1);
  expect(at(0.5)).toBe(3);
  expect(at(0.51)).toBe(4);
  expect(at(1)).toBe(6);
});

test('percentile 1 over a window is a scale-in delay: nothing goes before its load has left the window', () => {
  const load = [200, 100, 100, 100, 100].map((rates) => ({ rates }));
  const policy = make('percentile:windowSeconds=180,percentile=1');
  expect(vmsOf(drive(policy, load, 20))).toEqual([20, 20, 20, 10, 10]);
});

test('percentile does not shrink the fleet that it finds before its window has filled', () => {
  const load = new Array(6).fill({ rates: 50 });
  const policy = make('percentile:windowSeconds=240,percentile=0.5');
  const decisions = drive(policy, load, 20);
  expect(vmsOf(decisions)).toEqual([20, 20, 20, 20, 5, 5]);
  expect(decisions[0]!.reason).toMatch(/needs 5 VMs .* but the window has not filled yet: keeping 20 VMs/);
});

test('an interval that is seen twice counts once', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 2, maxLength: 12 }), (loads) => {
      for (const name of ['mixed', 'exascale', 'percentile', 'ski-rental']) {
        const [once, twice] = [make(name), make(name)];
        for (const [minute, rates] of loads.entries()) {
          const timeSeconds = 60 * minute;
          const first = once.decide(observation({ timeSeconds, rates })).action;
          twice.decide(observation({ timeSeconds, rates }));
          const repeat = observation({ timeSeconds: timeSeconds + 30, ageSeconds: 30, rates });
          const counted = twice.decide(repeat).action;
          if (name === 'percentile' || name === 'ski-rental') expect(counted).toEqual(first);
        }
      }
    }),
    { numRuns: 20 },
  );
});
