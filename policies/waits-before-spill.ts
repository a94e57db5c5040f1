import { lognormalQuantile } from '../env/physics/lognormal.ts';
import type { ServiceProfile } from '../env/types.ts';

/** [class] A share of what the deadline leaves beside the service time that the promised share of requests stays below. */
export function waitsBeforeSpillMs(profile: ServiceProfile, meanServiceMs: number, waitShare: number): number[] {
  const serviceMs = lognormalQuantile(meanServiceMs, profile.serviceCv, profile.slo.attainment);
  return profile.slo.classes.map(({ deadlineMs }) => waitShare * Math.max(0, deadlineMs - serviceMs));
}
