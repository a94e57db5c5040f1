import type { DestinationStream } from 'pino';
import type { Clock } from '../controller/clock.ts';
import type { Scheduler } from '../controller/scheduler.ts';
import type { LiveParts } from './live/live-parts.ts';
import type { Parts } from './parts.ts';

/** What the command gets from the machine it runs on. */
export interface RunDependencies {
  readonly parts: () => Promise<Parts>;
  /** What only a run on AWS needs. */
  readonly live: () => Promise<LiveParts>;
  readonly clock: Clock;
  readonly scheduler: (speed: number) => Scheduler;
  readonly output: DestinationStream;
  /** Called once the run is about to begin. */
  readonly stop: () => AbortSignal;
  readonly runId: () => string;
  /** Ends the process although a call that was given up still holds it. */
  readonly leave: () => void;
}
