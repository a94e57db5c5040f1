import type { Ladder } from './ladder.ts';
import { leastPathCost } from './level-path.ts';
import { costWith, type RequestCost, worthwhileVmUsd } from './request-cost.ts';

/** Mean demand in consecutive steps. */
export interface Demand {
  /** [step] Requests per second. */
  readonly rates: Float64Array;
  /** [step] */
  readonly seconds: Float64Array;
}

/**
 * Least cost, in dollars, of serving a demand whose requests cost what `request` says: the sum over steps of VM time and request cost,
 * and of launches. The request cost is convex in the VM time, so the problem splits into its levels (Albers and Quedenfeld 2018),
 * which are nested; each is solved exactly.
 */
export function leastFleetCost(demand: Demand, request: RequestCost, ladder: Ladder): number {
  const steps = demand.rates.length;
  const on = new Float64Array(steps);
  const partly = new Float64Array(steps);
  const below = demand.rates.map((rate) => rate * request.withoutVms);
  let usd = ladder.isWhole || !ladder.isExact ? 0 : -interpolationUsd(demand, request, ladder);
  for (let step = 0; step < steps; step++) usd += below[step]! * demand.seconds[step]!;
  const levels = Math.min(ladder.most, Math.max(ladder.standing, usefulLevels(demand, request, ladder)));
  for (let level = 0; level < levels; level++) {
    fillLevel({ demand, request, ladder, level, below, on, partly });
    if (level < ladder.standing) for (let step = 0; step < steps; step++) usd += on[step]!;
    else usd += leastPathCost({ on, partly, launch: ladder.launchUsd });
  }
  return usd;
}

/** Levels above are never worth their price in any step. */
function usefulLevels({ rates }: Demand, request: RequestCost, { levelUsdPerSecond }: Ladder): number {
  const mostRate = rates.reduce((most, rate) => Math.max(most, rate), 0);
  return Math.ceil((mostRate * worthwhileVmUsd(request)) / levelUsdPerSecond);
}

interface LevelWork {
  readonly demand: Demand;
  readonly request: RequestCost;
  readonly ladder: Ladder;
  readonly level: number;
  /** [step] In: dollars per second of the requests with the levels below; out: with this level too. */
  readonly below: Float64Array;
  readonly on: Float64Array;
  readonly partly: Float64Array;
}

function fillLevel({ demand, request, ladder, level, below, on, partly }: LevelWork): void {
  const price = ladder.levelUsdPerSecond;
  const worthwhile = worthwhileVmUsd(request);
  const useful = request.segments.reduce((sum, one) => sum + one.length, 0);
  const bottom = level * price;
  for (let step = 0; step < on.length; step++) {
    const rate = demand.rates[step]!;
    const seconds = demand.seconds[step]!;
    if (bottom >= rate * useful) {
      on[step] = seconds * price;
      partly[step] = 0;
      continue;
    }
    const without = below[step]!;
    const withLevel = rate * costWith(request, (bottom + price) / rate);
    below[step] = withLevel;
    on[step] = seconds * (price + withLevel - without);
    const part = Math.min(price, Math.max(0, worthwhile * rate - bottom));
    if (part === price) partly[step] = on[step]!;
    else if (part === 0) partly[step] = 0;
    else partly[step] = seconds * (part + rate * costWith(request, (bottom + part) / rate) - without);
  }
}

/**
 * A divisible pool may stop inside a level, where the true cost lies below the line between its ends. The sum over the kinks of
 * how far is taken off, so that what remains is a lower bound.
 */
function interpolationUsd({ rates, seconds }: Demand, request: RequestCost, { levelUsdPerSecond }: Ladder): number {
  let usd = 0;
  for (let step = 0; step < rates.length; step++) {
    let kinkUsdPerRequest = 0;
    for (const { length } of request.segments) {
      kinkUsdPerRequest += length;
      usd += seconds[step]! * kinkDepth(request, rates[step]!, kinkUsdPerRequest, levelUsdPerSecond);
    }
  }
  return usd;
}

function kinkDepth(request: RequestCost, rate: number, kinkUsdPerRequest: number, levelUsdPerSecond: number): number {
  if (rate === 0) return 0;
  const kink = kinkUsdPerRequest * rate;
  const bottom = Math.floor(kink / levelUsdPerSecond) * levelUsdPerSecond;
  const inside = (kink - bottom) / levelUsdPerSecond;
  const at = (vmUsdPerSecond: number) => rate * costWith(request, vmUsdPerSecond / rate);
  return Math.max(0, (1 - inside) * at(bottom) + inside * at(bottom + levelUsdPerSecond) - at(kink));
}
