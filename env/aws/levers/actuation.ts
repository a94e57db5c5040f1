import type { Hindrance } from '../../hindrance.ts';
import type { Action } from '../../types.ts';
import type { FleetView } from '../fleet/fleet-view.ts';

/** What came of an action. */
export interface Actuation {
  /**
   * The action as it is in force or on its way: counts within the groups' bounds, the memory that Lambda serves with unless a
   * rollout is under way. It is the next observation's `lastAction`.
   */
  readonly inForce: Action;
  /** [pool] What stands in the way of the pool's changes since this action: denied writes. */
  readonly hindrances: readonly (readonly Hindrance[])[];
  /** What was done, refused, or left for later, in sentences without secrets. */
  readonly said: readonly string[];
  /** Whether nobody knows what came of a write; it is read back before its resource is written again. */
  readonly isUnknown: boolean;
}

/** Makes an action so, as far as it can be at once: one small step of whatever takes longer. Never throws for what AWS answers. */
export interface Actuates {
  /**
   * `fleet` as read at the observation, in shadow mode as it would be (FleetViewer). `isBlind`: nothing is known yet of the arrivals, as of a router
   * that has told nothing so far: no memory is changed then, which takes many decisions to take back.
   */
  apply(action: Action, fleet: FleetView, isBlind?: boolean): Promise<Actuation>;
  /** [pool] The desired count that was last written and confirmed by this process; null: none yet. What else is read is a foreign write. */
  readonly written: readonly (number | null)[];
}
