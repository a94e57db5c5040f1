import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leastPath } from '../../../policies/bound/level-path.ts';

const cost = fc.integer({ min: -10, max: 10 });

/** Every sequence of off (0) and on (1). */
function sequences(length: number): number[][] {
  return Array.from({ length: 2 ** length }, (_, bits) => Array.from({ length }, (_, step) => (bits >> step) & 1));
}

function pathCost(path: ArrayLike<number>, on: ArrayLike<number>, launch: number): number {
  let sum = 0;
  for (let step = 0; step < path.length; step++) {
    if (path[step] === 1) sum += on[step]!;
    if (step > 0 && path[step] === 1 && path[step - 1] === 0) sum += launch;
  }
  return sum;
}

test('the path found is as cheap as the best of all sequences', () => {
  fc.assert(
    fc.property(fc.array(cost, { minLength: 1, maxLength: 9 }), fc.integer({ min: 0, max: 15 }), (costs, launch) => {
      const on = Float64Array.from(costs);
      const best = Math.min(...sequences(on.length).map((path) => pathCost(path, on, launch)));
      expect(pathCost(leastPath(on, { launch, before: null }), on, launch)).toBe(best);
    }),
  );
});

test('levels are independent and nested: their plans together are the best plan of the fleet, by brute force over all fleets', () => {
  const load = fc.array(fc.double({ min: 0, max: 4, noNaN: true }), { minLength: 1, maxLength: 14 });
  const ratio = fc.double({ min: 0.5, max: 6, noNaN: true });
  const bootSteps = fc.double({ min: 0, max: 5, noNaN: true });
  fc.assert(
    fc.property(load, ratio, bootSteps, (units, lambda, boot) => {
      const plans = [0, 1, 2, 3].map((level) => {
        const on = Float64Array.from(units, (load) => 1 - lambda * Math.min(1, Math.max(0, load - level)));
        return leastPath(on, { launch: boot, before: null });
      });
      const fleet = units.map((_, time) => plans.reduce((sum, plan) => sum + plan[time]!, 0));
      expect(fleetCost(fleet, units, lambda, boot)).toBeCloseTo(bestFleetCost(units, 4, lambda, boot), 9);
      for (let level = 1; level < 4; level++) {
        for (let time = 0; time < units.length; time++)
          expect(plans[level]![time]).toBeLessThanOrEqual(plans[level - 1]![time]!);
      }
    }),
  );
});

function stepCost(vms: number, load: number, ratio: number): number {
  return vms + ratio * Math.max(0, load - vms);
}

function fleetCost(fleet: readonly number[], load: readonly number[], ratio: number, boot: number): number {
  return fleet.reduce(
    (sum, vms, time) => sum + stepCost(vms, load[time]!, ratio) + boot * Math.max(0, vms - (fleet[time - 1] ?? vms)),
    0,
  );
}

/** Dynamic programme over whole fleets, O(T m²). */
function bestFleetCost(load: readonly number[], most: number, ratio: number, boot: number): number {
  let costs = new Array<number>(most + 1).fill(0);
  for (const [time, one] of load.entries()) {
    costs = costs.map((_, vms) => {
      const launched = (from: number) => (time === 0 ? 0 : boot * Math.max(0, vms - from));
      return stepCost(vms, one, ratio) + Math.min(...costs.map((cost, from) => cost + launched(from)));
    });
  }
  return Math.min(...costs);
}
