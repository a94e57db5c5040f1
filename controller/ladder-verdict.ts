import type { Verdict } from './guard.ts';
import type { Rung } from './rung.ts';

/** What the ladder decides, on which rung and why. */
export interface LadderVerdict extends Verdict {
  readonly rung: Exclude<Rung, 'standby'>;
  /** Why not the policy, in a sentence; null where it decides. */
  readonly because: string | null;
}
