import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../controller/clock.ts';
import { settledWithin } from '../../controller/deadline.ts';
import { secondScheduler, unpacedScheduler } from '../../controller/scheduler.ts';
import { FakeClock, settle } from './fakes.ts';

describe('the paced scheduler', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('beats once a second until it is stopped', async () => {
    let beats = 0;
    const schedule = secondScheduler(systemClock).start(async () => void beats++);
    await vi.advanceTimersByTimeAsync(5_500);
    expect(beats).toBe(5);
    schedule.stop();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(beats).toBe(5);
  });

  test('leaves out the beats that fall into a running one', async () => {
    let beats = 0;
    const schedule = secondScheduler(systemClock).start(() => {
      beats++;
      return new Promise((resolve) => setTimeout(resolve, 2_500));
    });
    await vi.advanceTimersByTimeAsync(7_500);
    expect(beats).toBe(3);
    schedule.stop();
  });
});

describe('the paced scheduler whose clock is set', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1, 12, 0, 0, 300) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([-86_400, -3600, -0.5, 0.7, 3600, 365 * 86_400])(
    'by %d s goes on beating once a second',
    async (seconds) => {
      const beats: number[] = [];
      const schedule = secondScheduler(systemClock).start(async () => void beats.push(Date.now()));
      await vi.advanceTimersByTimeAsync(3000);
      const before = beats.length;
      vi.setSystemTime(Date.now() + 1000 * seconds);
      await vi.advanceTimersByTimeAsync(10_000);
      schedule.stop();
      expect(beats.length - before).toBeGreaterThanOrEqual(9);
      expect(beats.length - before).toBeLessThanOrEqual(11);
    },
  );

  test('goes on after a beat that failed', async () => {
    let beats = 0;
    const schedule = secondScheduler(systemClock).start(async () => {
      beats++;
      throw new Error('it told of itself');
    });
    await vi.advanceTimersByTimeAsync(4000);
    schedule.stop();
    expect(beats).toBe(4);
  });
});

test('the unpaced scheduler beats on end, one after the other, until it is stopped', async () => {
  let beats = 0;
  const schedule = unpacedScheduler.start(async () => void beats++);
  await settle();
  expect(beats).toBeGreaterThan(1);
  schedule.stop();
  await settle();
  const after = beats;
  await settle();
  expect(beats).toBe(after);
});

describe('a deadline', () => {
  test('tells what settled from what did not', async () => {
    const clock = new FakeClock();
    expect(await settledWithin(clock, 1000, Promise.resolve())).toBe(true);
    const late = settledWithin(clock, 1000, new Promise(() => {}));
    clock.pass(1);
    expect(await late).toBe(false);
  });

  test('passes on an error', async () => {
    await expect(settledWithin(new FakeClock(), 1000, Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
