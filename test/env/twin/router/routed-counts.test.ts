import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RoutedCounts } from '../../../../env/twin/router/routed-counts.ts';
import { wholeShares } from '../../../../env/twin/router/shares.ts';
import { profile } from '../../aws/router/example.ts';
import { FakeWorld } from './fake-world.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

test('shares are whole, add to the count as far as the limits go, and never exceed them', () => {
  const part = fc.record({ weight: fc.double({ min: 0, max: 100, noNaN: true }), limit: fc.nat(50) });
  fc.assert(
    fc.property(fc.nat(200), fc.array(part, { minLength: 1, maxLength: 6 }), (count, parts) => {
      const [weights, limits] = [parts.map(({ weight }) => weight), parts.map(({ limit }) => limit)];
      const shares = wholeShares(count, weights, limits);
      expect(sum(shares)).toBe(Math.min(count, sum(limits)));
      shares.forEach((share, index) => {
        expect(Number.isInteger(share)).toBe(true);
        expect(share).toBeLessThanOrEqual(limits[index]!);
      });
    }),
  );
});

test('however the world goes on, everyone is counted once, and no count ever falls', () => {
  const step = fc.record({
    came: fc.tuple(fc.nat(50), fc.nat(50)),
    inTime: fc.tuple(fc.nat(30), fc.nat(30)),
    lost: fc.tuple(fc.nat(5), fc.nat(5)),
    spilled: fc.nat(40),
    busy: fc.tuple(fc.nat(10), fc.nat(10)),
    variant: fc.nat(2),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const world = new FakeWorld();
      const counts = new RoutedCounts(profile, world, 0);
      const seen = () => [0, 1].flatMap((k) => [...counts.spilled[k]!, counts.left(k, 0), counts.left(k, 1)]);
      for (const one of steps) {
        const before = seen();
        advance(world, one);
        counts.setVariant(one.variant);
        const { now } = world;
        for (const [index, count] of seen().entries()) expect(count).toBeGreaterThanOrEqual(before[index]!);
        for (const k of [0, 1]) {
          const inside = now.queue[k]!;
          const counted = sum(counts.spilled[k]!) + counts.left(k, 0) + counts.left(k, 1) + inside;
          expect(counted).toBe(now.requests[k]);
          expect(sum(counts.answers['in-time'][k]!)).toBe(now.inTime[k]);
        }
        expect(sum(counts.spilled.map(sum))).toBe(now.spilled);
      }
    }),
  );
});

interface Step {
  readonly came: readonly number[];
  readonly inTime: readonly number[];
  readonly lost: readonly number[];
  readonly spilled: number;
  readonly busy: readonly number[];
}

/** Nobody is answered, lost or spilled who is not there. */
function advance(world: FakeWorld, { came, inTime, lost, spilled, busy }: Step): void {
  const { now } = world;
  const waiting = came.map((count, k) => now.queue[k]! + count);
  const answered = inTime.map((count, k) => Math.min(count, waiting[k]!));
  const gone = lost.map((count, k) => Math.min(count, waiting[k]! - answered[k]!));
  const add = (before: readonly number[], change: readonly number[]) => before.map((one, k) => one + change[k]!);
  world.now = {
    ...now,
    steps: now.steps + 1,
    requests: add(now.requests, came),
    inTime: add(now.inTime, answered),
    lost: add(now.lost, gone),
    queue: waiting.map((count, k) => count - answered[k]! - gone[k]!),
    // Those who were spilled were answered by Lambda.
    spilled: now.spilled + Math.min(spilled, sum(answered), sum(came)),
    busySlotSeconds: add(now.busySlotSeconds, busy),
  };
}
