import { access } from 'node:fs/promises';
import type { Action } from '../types.ts';
import { existing, type Guardrail, type Situation } from './situation.ts';

/** `unreadable` stops as `pulled` does: who cannot ask must not act. */
export type KillSwitch = 'clear' | 'pulled' | 'unreadable';

/** Pulled by the mere presence of the file, whatever is in it. */
export async function readKillSwitch(path: string | null): Promise<KillSwitch> {
  if (path === null) return 'clear';
  try {
    await access(path);
    return 'pulled';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'clear' : 'unreadable';
  }
}

export function strictest(switches: readonly KillSwitch[]): KillSwitch {
  return (['pulled', 'unreadable'] as const).find((state) => switches.includes(state)) ?? 'clear';
}

export const killSwitch: Guardrail = (wanted, situation) => {
  if (situation.killSwitch === 'clear') return { action: wanted, said: null };
  const why = situation.killSwitch === 'pulled' ? 'is pulled' : 'cannot be read';
  return { action: unchanged(wanted, situation), said: `The kill switch ${why}: nothing is changed.` };
};

/** The action in force; where none is known, the fleet as it is, and of the rest what is wanted. */
export function unchanged(wanted: Action, situation: Situation): Action {
  const inForce = situation.observation.lastAction;
  if (inForce !== null) return inForce;
  return { ...wanted, vmCounts: wanted.vmCounts.map((_, pool) => existing(situation, pool)) };
}
