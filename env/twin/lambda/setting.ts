import type { FaultSchedule } from '../faults/schedule.ts';
import type { TwinClock } from '../parts.ts';
import type { Place } from '../place.ts';

/** How long Lambda takes for what it does in the background. */
export interface LambdaTiming {
  /** Of an update of the configuration; a minute and more in a VPC. */
  readonly updateSeconds: number;
  /** Until a new version is active. */
  readonly publishSeconds: number;
  /** Until provisioned environments are ready. AWS: "a minute or two of preparation". */
  readonly provisionSeconds: number;
}

export const usualTiming: LambdaTiming = { updateSeconds: 5, publishSeconds: 2, provisionSeconds: 90 };

/** What the functions of a twin share. */
export interface LambdaSetting {
  readonly clock: TwinClock;
  readonly faults: FaultSchedule;
  readonly place: Place;
  readonly timing: LambdaTiming;
  /** A revision that no other has, as a UUID. */
  newRevision(): string;
}

export function revisionCounter(): () => string {
  let count = 0;
  return () => `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`;
}
