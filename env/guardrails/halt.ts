import { isOpen } from './blackout.ts';
import type { Situation } from './situation.ts';

/** Why nothing at all may be changed now, not even what an earlier action began; null: changes are allowed. */
export function haltOf({ killSwitch, limits, at }: Pick<Situation, 'killSwitch' | 'limits' | 'at'>): string | null {
  if (killSwitch === 'pulled') return 'The kill switch is pulled.';
  if (killSwitch === 'unreadable') return 'The kill switch cannot be read.';
  const strict = limits.blackouts.find((window) => window.forbids === 'change' && isOpen(window, at));
  return strict === undefined ? null : `The blackout of ${strict.minutes} min from "${strict.cron}" is open.`;
}
