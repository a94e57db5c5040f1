import { InputProblem } from '../env/problem.ts';
import type { PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import { durationSeconds } from '../env/workload/duration.ts';
import { settingOf } from './setting.ts';

/** Digits of a multiplier: few enough to be read aloud, and within 0.05 % of what was asked for. */
const digits = 4;

/**
 * The one multiplier with which the mean rate of a whole trace keeps `vms` VMs of the usual pool busy all the time with the usual variant
 * (`cheapestChoice`), rounded to four digits.
 *
 * @param whole the trace as its file has it, not the part that is used
 */
export function fleetScale(profile: ServiceProfile, prices: PriceBook, whole: Workload, vms: number): number {
  const requests = whole.requests.reduce((sum, one) => sum + one, 0);
  if (requests === 0) {
    throw new InputProblem(
      `--fleet ${vms}: ${whole.name} has no request, so no multiplier fills a fleet; use another trace.`,
    );
  }
  const { vmPerSecond } = settingOf(profile, prices);
  return Number(((vms * vmPerSecond * durationSeconds(whole)) / requests).toPrecision(digits));
}
