import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RouterCounts } from '../../../../env/aws/router/counts.ts';
import { HaproxyRouter } from '../../../../env/aws/router/haproxy-router.ts';
import { beganAnew, readingOf } from '../../../../env/aws/router/reading.ts';
import { emptyHistogram, histogramBin } from '../../../../env/histogram.ts';
import { TwinRouter } from '../../../../env/twin/router/twin-router.ts';
import { FakeWorld } from '../../twin/router/fake-world.ts';
import { profile } from './example.ts';

const zeros = () => profile.slo.classes.map(() => profile.variants.map(() => 0));
const nothing: RouterCounts = {
  process: 1,
  requests: [0, 0],
  inside: [0, 0],
  insideVms: [0, 0],
  spilled: 0,
  inTime: zeros(),
  late: zeros(),
  latency: emptyHistogram(),
  pools: [
    { left: 0, queued: 0, slots: 4, serviceMs: 100, servers: new Map() },
    { left: 0, queued: 0, slots: 0, serviceMs: 0, servers: new Map() },
  ],
};
const at = (seconds: number, counts: Partial<RouterCounts> = {}) => ({
  atMs: seconds * 1000,
  counts: { ...nothing, ...counts },
});

describe('a reading', () => {
  test('is what was counted between its first and its last sample', () => {
    const before = {
      requests: [10, 20],
      inTime: [
        [0, 10, 0],
        [0, 20, 0],
      ],
      spilled: 3,
    };
    const after = {
      requests: [16, 21],
      inTime: [
        [2, 13, 0],
        [0, 20, 0],
      ],
      late: [
        [1, 0, 0],
        [0, 1, 0],
      ],
      spilled: 5,
    };
    expect(readingOf(profile, [at(60, before), at(64, after)], [0, 0])).toMatchObject({
      seconds: 4,
      classes: [
        { requests: 6, inTime: 5, late: 1, lost: 0 },
        { requests: 1, inTime: 0, late: 1, lost: 0 },
      ],
      arrivals: [7 / 4],
      spilled: 2,
      answeredBy: [3, 4, 0],
      meanLatencyMs: null,
    });
  });
  test('counts as lost who came, was not answered and is not inside', () => {
    const after = {
      requests: [10, 0],
      inTime: [
        [0, 4, 0],
        [0, 0, 0],
      ],
      inside: [3, 0],
    };
    expect(readingOf(profile, [at(0), at(1, after)], [0, 0]).classes[0]).toMatchObject({ lost: 3 });
  });
  test('never counts a lost request twice, nor less than none', () => {
    // An answer that came between two commands is counted, and still inside.
    const torn = {
      requests: [10, 0],
      inTime: [
        [0, 8, 0],
        [0, 0, 0],
      ],
      inside: [3, 0],
    };
    expect(readingOf(profile, [at(0), at(1, torn)], [0, 0]).classes[0]).toMatchObject({ lost: 0 });
    expect(readingOf(profile, [at(0), at(1, torn)], [2, 0]).classes[0]).toMatchObject({ lost: 0 });
  });
  test('spreads arrivals over equal parts, and keeps their number, however late the beats came', () => {
    const beats = fc.array(
      fc.record({ seconds: fc.double({ min: 0.001, max: 100, noNaN: true }), came: fc.nat(1000) }),
      {
        minLength: 1,
        maxLength: 20,
      },
    );
    fc.assert(
      fc.property(beats, (steps) => {
        let [seconds, came] = [0, 0];
        const samples = [at(0)];
        for (const step of steps) {
          seconds += step.seconds;
          came += step.came;
          samples.push(at(seconds, { requests: [came, 0] }));
        }
        const { arrivals } = readingOf(profile, samples, [0, 0]);
        expect(arrivals).toHaveLength(steps.length);
        const total = arrivals.reduce((sum, rate) => sum + (rate * seconds) / steps.length, 0);
        expect(total).toBeCloseTo(came, 3);
        expect(Math.min(...arrivals)).toBeGreaterThanOrEqual(-1e-6);
      }),
    );
  });
  test('takes the laxest to wait, of those who are on VMs', () => {
    const [first, second] = nothing.pools as [RouterCounts['pools'][0], RouterCounts['pools'][0]];
    const queue = (insideVms: number[], queued: number) =>
      readingOf(profile, [at(0), at(1, { insideVms, pools: [{ ...first, queued }, second] })], [0, 0]).queue;
    expect(queue([4, 6], 5)).toEqual([0, 5]);
    expect(queue([4, 6], 8)).toEqual([2, 6]);
    expect(queue([0, 0], 0)).toEqual([0, 0]);
  });
  test('has a busy share only where there are slots, and never more than all of them', () => {
    const [first, second] = nothing.pools as [RouterCounts['pools'][0], RouterCounts['pools'][0]];
    const share = (left: number, serviceMs: number | null) =>
      readingOf(profile, [at(0), at(10, { pools: [{ ...first, left, serviceMs }, second] })], [0, 0]).busyShare;
    expect(share(200, 100)).toEqual([0.5, null]);
    expect(share(900, 100)).toEqual([1, null]);
    expect(share(900, null)).toEqual([null, null]);
  });
  test('has the latencies of its answers alone', () => {
    const filled = (ms: number, count: number) => {
      const histogram = emptyHistogram();
      histogram[histogramBin(ms)] = count;
      return histogram;
    };
    const reading = readingOf(
      profile,
      [at(0, { latency: filled(100, 5) }), at(1, { latency: filled(100, 8) })],
      [0, 0],
    );
    expect(reading.latency![histogramBin(100)]).toBe(3);
    expect(reading.meanLatencyMs).toBeCloseTo(101, 0);
  });
});

test.each([
  ['another process', { process: 2, requests: [10, 0] }],
  ['fewer arrivals', { requests: [9, 0] }],
  [
    'fewer answers',
    {
      requests: [10, 0],
      inTime: [
        [0, 4, 0],
        [0, 0, 0],
      ],
    },
  ],
])('%s is a restart', (_, later) => {
  const earlier = {
    ...nothing,
    requests: [10, 0],
    inTime: [
      [0, 5, 0],
      [0, 0, 0],
    ],
  };
  expect(beganAnew(earlier, { ...nothing, ...later })).toBe(true);
  expect(beganAnew(earlier, earlier)).toBe(false);
});

describe('the router as a source', () => {
  /** A socket that is answered by the twin's router in the same process. */
  function source() {
    const world = new FakeWorld();
    const parts = { profile, deployment: 'example', isServing: () => true };
    const state = { nowMs: 0, isSilent: false, router: new TwinRouter({ ...parts, world }), world };
    const restart = () => {
      state.world = new FakeWorld();
      state.router = new TwinRouter({ ...parts, world: state.world });
    };
    const beats: (() => void)[] = [];
    const askAll = async (commands: readonly string[]) => {
      if (state.isSilent) throw Object.assign(new Error('nobody there'), { code: 'ECONNREFUSED' });
      return commands.map((command) => state.router.answer(command)[0]!.trimEnd());
    };
    const every = (_: number, beat: () => void) => {
      beats.push(beat);
      return () => void beats.splice(0);
    };
    const router = new HaproxyRouter({
      profile,
      socket: { askAll, close: () => {} },
      monotonicMs: () => state.nowMs,
      every,
    });
    const pass = async (milliseconds: number, answers: number, beat = false) => {
      state.nowMs += milliseconds;
      state.world.answer(answers, 100);
      if (!beat) return;
      for (const one of beats) one();
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { state, router, restart, pass, beats };
  }

  test('has nothing to tell at first, nor after a restart, and then goes on', async () => {
    const { router, restart, pass } = source();
    await pass(1000, 5);
    expect(await router.observe()).toBeNull();
    await pass(1000, 7);
    expect((await router.observe())!.classes[0]).toMatchObject({ requests: 7, inTime: 7 });
    restart();
    await pass(1000, 2);
    expect(await router.observe()).toBeNull();
    expect(router.fault).toBeNull();
    await pass(1000, 3);
    expect((await router.observe())!.classes[0]).toMatchObject({ requests: 3, inTime: 3 });
  });
  test('says why it is silent, and afterwards tells what was counted meanwhile', async () => {
    const { state, router, pass } = source();
    await router.observe();
    state.isSilent = true;
    await pass(60_000, 10);
    expect(await router.observe()).toBeNull();
    expect(router.fault).toMatchObject({ kind: 'unreachable' });
    state.isSilent = false;
    await pass(60_000, 20);
    expect(await router.observe()).toMatchObject({ seconds: 120, arrivals: [0.25] });
    expect(router.fault).toBeNull();
  });
  test('has a bin for each beat, until it is closed', async () => {
    const { router, pass, beats } = source();
    await router.observe();
    await pass(10_000, 10, true);
    await pass(10_000, 40, true);
    await pass(10_000, 20);
    expect((await router.observe())!.arrivals).toEqual([1, 4, 2]);
    await router.close();
    expect(beats).toEqual([]);
  });
  test('of a world whose time stands still it tells nothing twice', async () => {
    const { router, pass } = source();
    await router.observe();
    await pass(0, 3, true);
    expect(await router.observe()).toBeNull();
    await pass(1000, 4, true);
    expect(await router.observe()).toMatchObject({ seconds: 1, arrivals: [7] });
  });
});
