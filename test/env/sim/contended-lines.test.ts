import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { totalRequests } from '../../../env/outcome.ts';
import type { CountedRouter } from '../../../env/sim/counted-router.ts';
import { depthOf, fill } from '../../../env/sim/line-fill.ts';
import { LineLengths } from '../../../env/sim/line-lengths.ts';
import { countStep } from '../../../env/sim/line-step.ts';
import { longestLine } from '../../../env/sim/longest-line.ts';
import { action, counts, service, simulate, withClasses } from './small-service.ts';

const router: CountedRouter = {
  pools: [
    {
      slots: 6,
      serviceSeconds: 0.06,
      smallerSeconds: null,
      largerSeconds: null,
      smallerGain: 0,
      largerGain: 0,
      isQuick: [false, false],
      contention: 0.2,
    },
  ],
  readyVms: 6,
  serviceCv: 0.1,
  shares: [0.5, 0.5],
  slackSeconds: [0.4, 1.9],
  deadlineSeconds: [0.5, 2],
  rooms: [20, 12],
  stretched: [20, 12],
  pressed: [20, 12],
  gain: 0,
  credit: 'none',
};
const total = (values: ArrayLike<number>) => Array.from(values).reduce((sum, one) => sum + one, 0);

describe('lengths that stand for those between them', () => {
  test('keep the weight and the mean of what is put to them', () => {
    fc.assert(
      fc.property(
        fc.nat(80),
        fc.integer({ min: 2, max: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (longest, places, at) => {
          const lengths = new LineLengths(longest, places);
          const weights = new Float64Array(lengths.lengths.length);
          lengths.put(at * longest, 0.5, weights);
          expect(total(weights)).toBeCloseTo(0.5, 9);
          expect(total(weights.map((one, place) => one * lengths.lengths[place]!))).toBeCloseTo(0.5 * at * longest, 9);
        },
      ),
    );
  });
});

describe('what a second makes of a line', () => {
  test('is chances and shares, whatever the rate and the line', () => {
    const lengths = new LineLengths(
      longestLine(() => router, 100),
      6,
    );
    for (const perSecond of [3, 60, 95, 240]) {
      for (const line of lengths.lengths) {
        const lines = fill(router, line, perSecond > 90);
        expect(total(lines)).toBe(line);
        const { ends, endDepths, overflow, overdue, waiting } = countStep(router, perSecond, lines, 100, lengths);
        expect(total(ends)).toBeCloseTo(1, 9);
        expect(total(endDepths)).toBeCloseTo(depthOf(waiting), 9);
        for (const share of [...overflow, ...overdue]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
      }
    }
  });

  test('lets a line that is slowed to half the speed last, where nothing would be left of it at the full one', () => {
    const lengths = new LineLengths(20, 6);
    const slow = countStep(router, 80, [20, 0], 100, lengths);
    const [pool] = router.pools;
    const quick = countStep({ ...router, pools: [{ ...pool!, contention: 0 }] }, 80, [20, 0], 100, lengths);
    expect(total(slow.waiting)).toBeGreaterThan(4 * total(quick.waiting));
    expect(quick.longerSeconds).toBeCloseTo(0, 12);
    expect(slow.longerSeconds).toBeGreaterThan(0.02);
  });
});

test('the fluid stays in a long line that slows itself down, and leaves it, as the request level does', async () => {
  const [pool] = service.pools;
  const classes = withClasses(
    { name: 'strict', share: 0.8, deadlineMs: 500 },
    { name: 'relaxed', share: 0.2, deadlineMs: 2000 },
  );
  const pools = [{ ...pool!, contention: 0.2, serviceMs: [60] }];
  const profile = { ...classes, serviceCv: 0.05, clientTimeoutMs: 30_000, pools };
  for (const [perSecond, least, most] of [
    [70, 0, 0.03],
    [90, 0.37, 0.46],
    [100, 0.44, 0.52],
  ] as const) {
    const workload = counts(Array.from({ length: 360 }, (_, second) => (second < 60 ? 130 : perSecond)));
    for (const fidelity of ['fluid', 'request-level'] as const) {
      const { outcomes } = await simulate({ profile, workload, actions: [action(6, 300)], intervals: 6, fidelity });
      const last = outcomes.at(-1)!;
      expect(last.spilled / totalRequests(last)).toBeGreaterThanOrEqual(least);
      expect(last.spilled / totalRequests(last)).toBeLessThanOrEqual(most);
    }
  }
});
