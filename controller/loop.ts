import { settledWithin } from './deadline.ts';
import type { Journal } from './journal/journal.ts';
import { decisionsDue, type Pace } from './pace.ts';
import type { Schedule, Scheduler } from './scheduler.ts';
import type { RunSummary } from './tally.ts';
import { Tick, type TickParts } from './tick.ts';

/** A decision in flight when the run is stopped may take this much longer. */
export const stopDeadlineMs = 20_000;

export interface LoopParts extends TickParts {
  readonly journal: Journal;
  readonly scheduler: Scheduler;
  readonly pace: Pace;
  /** Ends the run after the decision in flight. */
  readonly stop: AbortSignal;
}

/**
 * The long-running controller: takes each decision when it is due, until the last one or until it is stopped, then closes
 * the environment and the journal. What the environment throws ends the run too, and is thrown on.
 */
export async function runLoop(parts: LoopParts): Promise<RunSummary> {
  const tick = new Tick(parts);
  try {
    return tick.tally.summary(await new Loop(parts, tick).run());
  } finally {
    await settledWithin(parts.clock, stopDeadlineMs, parts.environment.close()).finally(() => parts.journal.close());
  }
}

class Loop {
  readonly #parts: LoopParts;
  readonly #tick: Tick;
  readonly #startMs: number;
  #beating: Promise<void> | null = null;

  constructor(parts: LoopParts, tick: Tick) {
    this.#parts = parts;
    this.#tick = tick;
    this.#startMs = parts.clock.monotonicMs();
  }

  async run(): Promise<RunSummary['end']> {
    const { scheduler, stop, pace } = this.#parts;
    let schedule: Schedule | null = null;
    let onStop = () => {};
    try {
      await new Promise<void>((resolve, reject) => {
        onStop = resolve;
        stop.addEventListener('abort', onStop);
        if (stop.aborted || pace.decisions <= 0) resolve();
        else schedule = scheduler.start(() => this.#beat(resolve, reject));
      });
    } finally {
      stop.removeEventListener('abort', onStop);
      (schedule as Schedule | null)?.stop();
    }
    return this.#landed();
  }

  /** One beat of the scheduler; a beat that comes while another one works joins it. */
  async #beat(onLast: () => void, onError: (error: unknown) => void): Promise<void> {
    this.#beating ??= this.#takeDue().finally(() => {
      this.#beating = null;
    });
    await this.#beating.then(() => {
      if (this.#isComplete()) onLast();
    }, onError);
  }

  async #takeDue(): Promise<void> {
    while (!this.#parts.stop.aborted && this.#due() > 0) await this.#tick.run();
  }

  #due(): number {
    const elapsedSeconds = (this.#parts.clock.monotonicMs() - this.#startMs) / 1000;
    return decisionsDue(this.#parts.pace, elapsedSeconds, this.#tick.tally.decisions);
  }

  #isComplete(): boolean {
    return this.#tick.tally.decisions >= this.#parts.pace.decisions;
  }

  async #landed(): Promise<RunSummary['end']> {
    const inFlight = this.#beating;
    if (inFlight !== null && !(await settledWithin(this.#parts.clock, stopDeadlineMs, inFlight))) {
      await this.#tick.abandon('The run was stopped before the step was over.');
      return 'abandoned';
    }
    return this.#isComplete() ? 'complete' : 'stopped';
  }
}
