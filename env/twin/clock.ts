import type { TwinClock } from './parts.ts';

/** How the twin's time passes: `speed` twin seconds per second of a clock that never jumps. */
export interface Running {
  readonly speed: number;
  readonly monotonicMs: () => number;
}

/**
 * The twin's time. It stands still until it is advanced, or runs beside a monotonic clock; either way it goes forward in whole steps of
 * the world, so that whoever asks within a step reads that step's time.
 */
export class Clock implements TwinClock {
  readonly startedAtMs: number;
  readonly #running: Running | null;
  readonly #runningSinceMs: number;
  #nowMs: number;
  /** What a running clock was advanced beside its running. */
  #skippedMs = 0;

  constructor(startedAt: Date, running: Running | null) {
    this.startedAtMs = startedAt.getTime();
    this.#nowMs = this.startedAtMs;
    this.#running = running;
    this.#runningSinceMs = running?.monotonicMs() ?? 0;
  }

  /** Null: it stands still until it is advanced. */
  get speed(): number | null {
    return this.#running?.speed ?? null;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Since the world began. */
  seconds(): number {
    return (this.#nowMs - this.startedAtMs) / 1000;
  }

  /** Where a running clock should be by now; a standing one is where it is. */
  dueMs(): number {
    if (this.#running === null) return this.#nowMs;
    const passed = (this.#running.monotonicMs() - this.#runningSinceMs) * this.#running.speed;
    return Math.max(this.#nowMs, Math.floor(this.startedAtMs + passed) + this.#skippedMs);
  }

  /** Where it is to be when it is advanced; a running one goes on from there. */
  skipMs(ms: number): number {
    if (this.#running === null) return this.#nowMs + ms;
    this.#skippedMs += ms;
    return this.dueMs();
  }

  moveTo(ms: number): void {
    this.#nowMs = ms;
  }
}
