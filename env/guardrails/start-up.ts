import { type Guardrail, withoutCuts } from './situation.ts';

/** A restart knows nothing yet of the demand: it never begins with a cut. */
export const startUp: Guardrail = (wanted, situation) => {
  const { startSeconds } = situation.history;
  const { startUpSeconds } = situation.limits;
  const sinceStart = situation.observation.timeSeconds - (startSeconds ?? situation.observation.timeSeconds);
  const isFirst = situation.observation.lastAction === null;
  if (!isFirst && sinceStart >= startUpSeconds) return { action: wanted, said: null };
  return withoutCuts(wanted, situation, `Started ${sinceStart} s ago`);
};
