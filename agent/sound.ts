import type { Observation } from '../env/types.ts';

/** The same without arrivals or an accuracy that are no numbers, or below 0: they tell nothing. */
export function sound(seen: Observation): Observation {
  const isNumber = (value: number) => value >= 0 && value < Number.POSITIVE_INFINITY;
  const isKnown = seen.arrivals?.value.every(isNumber) ?? true;
  const isAccurate = isNumber(seen.accuracy?.value ?? 0);
  if (isKnown && isAccurate) return seen;
  return { ...seen, arrivals: isKnown ? seen.arrivals : null, accuracy: isAccurate ? seen.accuracy : null };
}
