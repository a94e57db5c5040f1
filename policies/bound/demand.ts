import type { Workload } from '../../env/types.ts';
import { expectedRequests } from '../../env/workload/mean-rates.ts';

/** Mean demand in consecutive steps. */
export interface Demand {
  /** [step] Requests per second. */
  readonly rates: Float64Array;
  /** [step] */
  readonly seconds: Float64Array;
}

/** The part of a workload from one time to another; the last step is as long as what is left. */
export function meanDemand(workload: Workload, from: number, to: number, stepSeconds: number): Demand {
  const steps = Math.max(0, Math.ceil((to - from) / stepSeconds - 1e-9));
  const seconds = new Float64Array(steps);
  const rates = new Float64Array(steps);
  for (let step = 0; step < steps; step++) {
    const start = from + step * stepSeconds;
    seconds[step] = Math.min(stepSeconds, to - start);
    rates[step] = expectedRequests(workload, start, start + seconds[step]!) / seconds[step]!;
  }
  return { rates, seconds };
}

/** So many steps in one, by their mean: what costs the least in it costs no more than before, as costs are convex. */
export function coarser({ rates, seconds }: Demand, together: number): Demand {
  const steps = Math.ceil(rates.length / together);
  const sums = new Float64Array(steps);
  const lengths = new Float64Array(steps);
  for (let step = 0; step < rates.length; step++) {
    const into = Math.floor(step / together);
    sums[into]! += rates[step]! * seconds[step]!;
    lengths[into]! += seconds[step]!;
  }
  return { rates: sums.map((sum, step) => sum / lengths[step]!), seconds: lengths };
}

export function requestsOf({ rates, seconds }: Demand): number {
  return rates.reduce((sum, rate, step) => sum + rate * seconds[step]!, 0);
}
