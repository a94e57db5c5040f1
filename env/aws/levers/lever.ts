import type { Action } from '../../types.ts';
import type { Fault } from '../calls/fault.ts';
import type { FleetView } from '../fleet/fleet-view.ts';

/** What came of one pull. */
export interface Pulled {
  /** `settled`: as the action wants it, as far as it can be; `pending`: not yet; `disabled`: Spillway may not change it. */
  readonly state: 'settled' | 'pending' | 'disabled';
  readonly said: readonly string[];
  /** Why a write was refused, or nobody knows what came of it; null: neither. */
  readonly fault: Fault | null;
}

/** One thing that can be changed: a group's capacity, a rule's weights, a router, the functions. */
export interface Lever {
  /** As in "the capacity of cpu". */
  readonly name: string;
  /** At most one step towards the action. What it began and does not know the end of, it reads before it writes again. Never throws. */
  pull(action: Action, fleet: FleetView): Promise<Pulled>;
}

export const settled: Pulled = { state: 'settled', said: [], fault: null };

export function pending(said: string, fault: Fault | null = null): Pulled {
  return { state: 'pending', said: [said], fault };
}
