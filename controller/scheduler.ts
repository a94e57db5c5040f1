import { setImmediate } from 'node:timers/promises';
import type { Clock } from './clock.ts';

export interface Schedule {
  stop(): void;
}

/** Calls `beat` again and again, never while the last call still runs, until stopped. A beat that fails ends nothing: it reports by itself. */
export interface Scheduler {
  start(beat: () => Promise<void>): Schedule;
}

/** So close to a full second a timer that rang early would beat twice for it. */
const leastMs = 100;

/**
 * A beat at each full second of the wall clock; one that falls into a running one is left out, which is no loss, because each beat makes up for
 * all decisions that are due. The next is always less than two seconds away, and asks no calendar: set back by an hour a clock must not stop
 * the beats for that hour, nor a machine that slept for a week begin with the seconds that it missed.
 */
export function secondScheduler(clock: Clock): Scheduler {
  const untilNextMs = () => {
    const nextMs = 1000 - (clock.now().getTime() % 1000);
    return nextMs < leastMs ? nextMs + 1000 : nextMs;
  };
  return {
    start(beat) {
      let isRunning = false;
      const tick = async () => {
        cancel = clock.after(untilNextMs(), tick);
        if (isRunning) return;
        isRunning = true;
        await beat().catch(() => {});
        isRunning = false;
      };
      let cancel = clock.after(untilNextMs(), tick);
      return { stop: () => cancel() };
    },
  };
}

/** Beats without waiting, but lets signals and input through in between. */
export const unpacedScheduler: Scheduler = {
  start(beat) {
    let stopped = false;
    const run = async () => {
      while (!stopped) {
        await beat();
        await setImmediate();
      }
    };
    void run();
    return {
      stop: () => {
        stopped = true;
      },
    };
  },
};
