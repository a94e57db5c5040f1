import { InputProblem } from '../problem.ts';
import type { Workload } from '../types.ts';

/** Requests per second: more in one second neither memory nor patience holds. */
const greatestRate = 10_000_000;

/** Refuses what no simulation could hold; answers the workload. */
export function simulable(workload: Workload): Workload {
  const { name, requests, stepSeconds } = workload;
  const peak = requests.reduce((most, count) => Math.max(most, count), 0) / stepSeconds;
  if (peak <= greatestRate) return workload;
  throw new InputProblem(
    `${name} has up to ${Number(peak.toPrecision(3))} requests per second, but must have at most ${greatestRate}: lower its rates, or the scale.`,
  );
}
