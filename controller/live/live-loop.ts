import type { Clock } from '../clock.ts';
import type { Journal } from '../journal/journal.ts';
import type { Schedule, Scheduler } from '../scheduler.ts';
import type { RunSummary } from '../tally.ts';
import { Gathering, type Together } from './gathering.ts';
import type { LiveService } from './live-service.ts';

/** From the signal to the end of the process: systemd and ECS kill after 30 s and more (TimeoutStopSec, stopTimeout). */
const landMs = 13_000;
const closeMs = 3000;

/** How long the services of a round wait for each other. */
const gatherMs = 8000;

export interface LiveLoopParts {
  readonly services: readonly LiveService[];
  readonly together: Together;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** Up to how much later than its offset a round begins, so that controllers do not all ask at once. */
  readonly jitterSeconds: number;
  /** In [0, 1). */
  readonly random: () => number;
  /** The run ends when each service has had so many decisions. */
  readonly decisions: number;
  readonly stop: AbortSignal;
  readonly journal: Pick<Journal, 'close'>;
  /** A rehearsal that stands still until it is told to go on; null: time passes by itself. */
  readonly advance: ((seconds: number) => Promise<void>) | null;
  /** At each beat of the scheduler. */
  readonly beaten?: () => void;
}

/**
 * Decides for each service when it is due, all that are due side by side, until each has had its decisions or until it is stopped. A beat
 * never waits for a decision, so none of them can hold up another's, the lease, or the watchdog.
 */
export async function runServices(parts: LiveLoopParts): Promise<readonly RunSummary[]> {
  return new LiveLoop(parts).run();
}

class LiveLoop {
  readonly #parts: LiveLoopParts;
  readonly #rounds = new Set<Promise<void>>();
  #jitterSeconds = 0;

  constructor(parts: LiveLoopParts) {
    this.#parts = parts;
    this.#draw();
  }

  async run(): Promise<readonly RunSummary[]> {
    const { services, journal, stop, scheduler } = this.#parts;
    let schedule: Schedule | null = null;
    let onStop = () => {};
    try {
      await new Promise<void>((resolve, reject) => {
        onStop = resolve;
        stop.addEventListener('abort', onStop);
        if (stop.aborted) resolve();
        else schedule = scheduler.start(() => this.#beat(resolve).catch(reject));
      });
    } finally {
      stop.removeEventListener('abort', onStop);
      (schedule as Schedule | null)?.stop();
    }
    try {
      const landed = await Promise.all(services.map((service) => service.land(landMs)));
      await Promise.all(services.map((service) => service.close(closeMs)));
      return services.map((service, index) => service.summary(this.#endOf(service, landed[index]!)));
    } finally {
      await journal.close();
    }
  }

  async #beat(onLast: () => void): Promise<void> {
    const { services, beaten, advance, stop } = this.#parts;
    beaten?.();
    for (const service of services) service.keep();
    const due = services.filter((service) => this.#isLeft(service) && service.isDue(this.#jitterSeconds));
    if (due.length > 0) this.#begin(due);
    if (advance !== null) {
      await Promise.all(this.#rounds);
      if (!stop.aborted) await advance(Math.min(...services.map(({ decisionSeconds }) => decisionSeconds)));
    }
    if (this.#rounds.size === 0 && !services.some((service) => this.#isLeft(service))) onLast();
  }

  #begin(due: readonly LiveService[]): void {
    const { clock, together } = this.#parts;
    const gathering = new Gathering(
      due.map(({ policy }) => policy),
      gatherMs,
      clock,
      together,
    );
    const round: Promise<void> = Promise.all(due.map((service) => service.decide(gathering, this.#jitterSeconds))).then(
      () => {
        this.#rounds.delete(round);
      },
    );
    this.#rounds.add(round);
    this.#draw();
  }

  #draw(): void {
    this.#jitterSeconds = this.#parts.jitterSeconds * this.#parts.random();
  }

  #isLeft({ rounds }: LiveService): boolean {
    return rounds < this.#parts.decisions;
  }

  #endOf(service: LiveService, landed: boolean): RunSummary['end'] {
    if (!landed) return 'abandoned';
    return this.#isLeft(service) ? 'stopped' : 'complete';
  }
}
