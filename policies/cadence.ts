import type { ServiceProfile } from '../env/types.ts';

/**
 * The service as it is run for a policy with a clock of its own (`PolicyKind.cadenceSeconds`): decisions at that clock, and bins of arrivals
 * that divide it and the delay of the metrics, as wide as they can be without being wider than the profile's.
 *
 * @param cadenceSeconds whole, at least 1
 */
export function atCadence(profile: ServiceProfile, cadenceSeconds: number): ServiceProfile {
  if (cadenceSeconds === profile.decisionSeconds) return profile;
  const { metrics } = profile;
  const common = greatestDivisor(cadenceSeconds, metrics.delaySeconds);
  let binSeconds = Math.min(metrics.binSeconds, common);
  while (common % binSeconds !== 0) binSeconds--;
  return { ...profile, decisionSeconds: cadenceSeconds, metrics: { ...metrics, binSeconds } };
}

/** The shortest time at whose multiples all these clocks beat: whole seconds. */
export function commonBeat(cadences: readonly number[]): number {
  return cadences.reduce((beat, one) => (beat * one) / greatestDivisor(beat, one), 1);
}

/** Euclid; of 0 and a number, the number. */
function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
