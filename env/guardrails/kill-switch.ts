import type { Action } from '../types.ts';
import { asked, type Guardrail, type Situation } from './situation.ts';

export const killSwitch: Guardrail = (wanted, situation) => {
  if (situation.killSwitch === 'clear') return { action: wanted, said: null };
  const why = situation.killSwitch === 'pulled' ? 'is pulled' : 'cannot be read';
  return { action: unchanged(wanted, situation), said: `The kill switch ${why}: nothing is changed.` };
};

/** The action in force, or what was found; where neither is known, the fleet as it is, and of the rest what is wanted. */
export function unchanged(wanted: Action, situation: Situation): Action {
  const inForce = situation.observation.lastAction ?? situation.observation.found;
  if (inForce !== undefined) return inForce;
  return { ...wanted, vmCounts: wanted.vmCounts.map((_, pool) => asked(situation, pool)) };
}
