import { setImmediate } from 'node:timers/promises';
import { schedule } from 'node-cron';

export interface Schedule {
  stop(): void;
}

/** Calls `beat` again and again, never while the last call still runs, until stopped. A beat that fails ends nothing: it reports by itself. */
export interface Scheduler {
  start(beat: () => Promise<void>): Schedule;
}

/** A beat every second of the wall clock, the finest that cron knows. A beat that falls into a running one is left out. */
export const cronScheduler: Scheduler = {
  start(beat) {
    const options = { name: 'spillway decisions', noOverlap: true, timezone: 'UTC', suppressMissedWarning: true };
    // A left-out second is no loss, because each beat makes up for all decisions that are due: nothing to log.
    const logger = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
    const task = schedule('* * * * * *', beat, { ...options, logger });
    return { stop: () => void task.destroy() };
  },
};

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
