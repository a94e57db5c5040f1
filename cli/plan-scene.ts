import { checkPrices, defaultPrices, readPrices } from '../env/prices.ts';
import { InputProblem } from '../env/problem.ts';
import { readProfile } from '../env/profile.ts';
import type { PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import { durationSeconds } from '../env/workload/duration.ts';
import { readWorkload } from '../env/workload/reference.ts';
import { costBound } from '../policies/bound/cost-bound.ts';
import { constantLoad, loadOf } from '../policies/navigator/load.ts';
import { type Plan, planFor } from '../policies/navigator/plan.ts';
import { parseDuration } from './duration.ts';
import type { PlannedFor } from './plan-text.ts';

/** What is to be planned for, as the command line has it. */
export interface PlanWishes {
  readonly service: string;
  readonly rate?: number;
  readonly trace?: string;
  readonly scale?: number;
  readonly start?: string;
  readonly duration?: string;
  readonly prices?: string;
}

/** What is planned for, and the plan. */
export interface PlanScene extends PlannedFor {
  readonly prices: PriceBook;
  readonly plan: Plan;
  readonly workload: Workload;
}

/** How long a rate is rehearsed: an hour, and less where that would be more requests than a minute can simulate. */
function rehearsalSeconds(rate: number): number {
  return Math.min(3600, Math.max(300, Math.round(2e7 / rate)));
}

/** Refuses a load that cannot be planned for, before anything is planned. */
export async function setPlanScene(options: PlanWishes): Promise<PlanScene> {
  const { rate, trace } = options;
  if ((rate === undefined) === (trace === undefined)) {
    throw new InputProblem(
      '--rate and --trace: exactly one must be given, such as --rate 200: name the load that is planned for.',
    );
  }
  if (rate !== undefined && (options.scale ?? options.start ?? options.duration) !== undefined) {
    throw new InputProblem('--scale, --start and --duration need a --trace: leave them out, or name one.');
  }
  const profile = await readProfile(options.service);
  const prices = options.prices === undefined ? defaultPrices : await readPrices(options.prices);
  checkPrices(profile, prices);
  const workload = await readWorkload(
    trace ?? `constant:mean=${rate},hours=${rehearsalSeconds(rate!) / 3600}`,
    partOf(options),
  );
  if (trace !== undefined) checkLoad(trace, workload);
  const load = rate === undefined ? loadOf(workload) : constantLoad(rate);
  return {
    profile,
    prices,
    workload,
    load: rate === undefined ? workload.name : `${rate} req/s`,
    boundUsdPerHour: rate === undefined ? boundOf(profile, prices, workload) : null,
    plan: planFor(profile, prices, load),
  };
}

/** A load is told by minutes, and dollars by its requests. */
function checkLoad(trace: string, workload: Workload): void {
  const seconds = durationSeconds(workload);
  if (seconds < 60) {
    throw new InputProblem(`--trace ${trace}: lasts ${seconds} s, but must last 60 at least; use a longer part of it.`);
  }
  if (workload.requests.every((requests) => requests === 0)) {
    throw new InputProblem(`--trace ${trace}: nothing arrives in it; use a part in which something does.`);
  }
}

function partOf({ scale, start, duration }: PlanWishes) {
  return {
    ...(scale !== undefined && { scale }),
    ...(start !== undefined && { startSeconds: parseDuration(start, '--start') }),
    ...(duration !== undefined && { durationSeconds: parseDuration(duration, '--duration') }),
  };
}

/** Configurations need not keep the minimum of pools that they do without, and so neither does what they are held against. */
function boundOf(profile: ServiceProfile, prices: PriceBook, workload: Workload): number {
  const free = { ...profile, pools: profile.pools.map((pool) => ({ ...pool, min: 0 })) };
  return (3600 * costBound(free, prices, workload).usd) / durationSeconds(workload);
}
