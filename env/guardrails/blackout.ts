import { createTask } from 'node-cron';
import { unchanged } from './kill-switch.ts';
import type { Limits } from './limits.ts';
import { type Guardrail, withoutCuts } from './situation.ts';

type Window = Limits['blackouts'][number];

/** Windows in which the fleet must not shrink, or nothing may change. */
export const blackout: Guardrail = (wanted, situation) => {
  const open = situation.limits.blackouts.filter((window) => isOpen(window, situation.at));
  const strict = open.find(({ forbids }) => forbids === 'change');
  const { lastAction, found } = situation.observation;
  if (strict !== undefined && (lastAction ?? found) != null) {
    const action = unchanged(wanted, situation);
    const isSame = JSON.stringify(action) === JSON.stringify(wanted);
    return { action: isSame ? wanted : action, said: isSame ? null : `${words(strict)}: nothing is changed.` };
  }
  return open.length === 0 ? { action: wanted, said: null } : withoutCuts(wanted, situation, words(open[0]!));
};

const minuteMs = 60_000;

/** Open from each minute that the expression matches, in UTC, for so many minutes. */
export function isOpen({ cron, minutes }: Window, at: Date): boolean {
  const task = createTask(cron, () => {}, { timezone: 'UTC' });
  const minute = Math.floor(at.getTime() / minuteMs) * minuteMs;
  try {
    for (let back = 0; back < minutes; back++) if (task.match(new Date(minute - back * minuteMs))) return true;
    return false;
  } finally {
    void task.destroy();
  }
}

function words({ cron, minutes }: Window): string {
  return `The blackout of ${minutes} min from "${cron}" is open`;
}
