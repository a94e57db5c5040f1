import type { Bounded, Guardrail } from './situation.ts';

/** A variant, and a memory size, stays for a time: its effect shows late, and each change costs cold starts. */
export const dwell: Guardrail = (wanted, { limits, history, observation }) => {
  const { lastAction, timeSeconds } = observation;
  if (lastAction === null) return { action: wanted, said: null };
  const { variantSeconds, memorySeconds } = limits.dwell;
  const isEarly = (since: number | null, seconds: number) => since !== null && timeSeconds - since < seconds;
  const keepsVariant = wanted.variant !== lastAction.variant && isEarly(history.variantSince, variantSeconds);
  const keepsMemory =
    wanted.lambdaMemoryMb !== lastAction.lambdaMemoryMb && isEarly(history.memorySince, memorySeconds);
  const said: string[] = [];
  if (keepsVariant) said.push(`variant ${lastAction.variant} stays for ${variantSeconds} s`);
  if (keepsMemory) said.push(`${lastAction.lambdaMemoryMb} MB stay for ${memorySeconds} s`);
  const action = {
    ...wanted,
    ...(keepsVariant ? { variant: lastAction.variant } : {}),
    ...(keepsMemory ? { lambdaMemoryMb: lastAction.lambdaMemoryMb } : {}),
  };
  return said.length === 0 ? unbounded(wanted) : { action, said: `Changed lately: ${said.join(', ')}.` };
};

function unbounded(action: Bounded['action']): Bounded {
  return { action, said: null };
}
