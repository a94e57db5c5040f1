import type { Hindrance } from '../../hindrance.ts';

/** A pool as the Describe calls tell it, or in shadow mode as it would be. */
export interface PoolView {
  /** The group's own bounds, which Spillway never moves. */
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  /** In service, and healthy where a target group tells. */
  readonly ready: number;
  readonly booting: number;
  /** In the group, and neither. */
  readonly sick: number;
  /** [variant] Targets that the load balancer finds healthy; null: there is no such target group, or nobody knows. */
  readonly healthyTargets: readonly (number | null)[];
  readonly hindrances: readonly Hindrance[];
  /** Names of the group's suspended processes; absent: nobody looked. */
  readonly suspended?: readonly string[];
}

export interface FleetView {
  /** [pool] */
  readonly pools: readonly PoolView[];
}

/** What the policy is shown of the fleet: the fleet itself, or in shadow mode the one that its actions would have made. */
export interface FleetViewer {
  /** At each reading of the real fleet. */
  view(real: FleetView): FleetView;
}

/** Live: nothing is in between. */
export const trueFleet: FleetViewer = { view: (real) => real };
