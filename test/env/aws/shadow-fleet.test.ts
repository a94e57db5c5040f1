import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import type { FleetView } from '../../../env/aws/fleet/fleet-view.ts';
import { ShadowFleet } from '../../../env/aws/fleet/shadow-fleet.ts';

let nowMs: number;
let shadow: ShadowFleet;

beforeEach(() => {
  nowMs = 0;
  shadow = new ShadowFleet([{ autoScalingGroup: 'g', bootSeconds: 200 }], () => nowMs);
});

function real(ready: number, booting = 0, healthy: number | null = ready): FleetView {
  const desired = ready + booting;
  return {
    pools: [{ min: 0, max: 100, desired, ready, booting, sick: 0, healthyTargets: [healthy, null], hindrances: [] }],
  };
}

const set = (desired: number) => shadow.note({ kind: 'set-desired-capacity', group: 'g', desired });
const seen = (fleet = real(2)) => shadow.view(fleet).pools[0]!;

test('begins as the real fleet, and goes its own way', () => {
  expect(seen()).toMatchObject({ desired: 2, ready: 2, booting: 0 });
  set(5);
  expect(seen(real(9))).toMatchObject({ desired: 5, ready: 2, booting: 3 });
});

test('VMs are ready after the median boot', () => {
  seen();
  set(5);
  nowMs = 199_999;
  expect(seen()).toMatchObject({ ready: 2, booting: 3 });
  nowMs = 200_000;
  expect(seen()).toMatchObject({ ready: 5, booting: 0 });
});

test('a cut takes what boots first', () => {
  seen();
  set(5);
  set(3);
  expect(seen()).toMatchObject({ desired: 3, ready: 2, booting: 1 });
  set(1);
  expect(seen()).toMatchObject({ desired: 1, ready: 1, booting: 0 });
});

test('as large a part of its targets is healthy as of the real ones; what nobody knows stays unknown', () => {
  seen(real(4, 0, 2));
  set(8);
  nowMs = 300_000;
  expect(seen(real(4, 0, 2)).healthyTargets).toEqual([4, null]);
  expect(seen(real(0, 0, 0)).healthyTargets).toEqual([8, null]);
});

test('what is noted of other groups, or before the fleet was seen, is nothing to it', () => {
  set(9);
  shadow.note({ kind: 'set-desired-capacity', group: 'other', desired: 9 });
  expect(shadow.desired('g')).toBeNull();
  expect(seen()).toMatchObject({ desired: 2 });
});

test('whatever is set and however time passes, it has as many VMs as were asked for, none negative', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 300 })), { minLength: 1 }),
      (steps) => {
        const fleet = new ShadowFleet([{ autoScalingGroup: 'g', bootSeconds: 200 }], () => nowMs);
        fleet.view(real(3, 1));
        for (const [desired, seconds] of steps) {
          fleet.note({ kind: 'set-desired-capacity', group: 'g', desired });
          nowMs += seconds * 1000;
          const pool = fleet.view(real(1)).pools[0]!;
          expect(pool.ready + pool.booting).toBe(desired);
          expect(Math.min(pool.ready, pool.booting)).toBeGreaterThanOrEqual(0);
        }
      },
    ),
  );
});
