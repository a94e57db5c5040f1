import type { Demand } from './demand.ts';
import type { Ladder } from './ladder.ts';
import { costWith, type RequestCost, worthwhileVmUsd } from './request-cost.ts';

/**
 * Least cost, in dollars, of serving a demand whose requests cost what `request` says: the sum over steps of VM time and request cost,
 * and of launches and stops. The request cost is convex in the VM time, so the problem splits into its levels (Albers and Quedenfeld
 * 2018), which are nested; each is solved exactly.
 */
export function leastFleetCost(demand: Demand, request: RequestCost, ladder: Ladder): number {
  const savings = new LevelSavings(demand, request);
  let usd = ladder.isWhole || !ladder.isExact ? 0 : -interpolationUsd(demand, request, ladder);
  for (let step = 0; step < demand.rates.length; step++) {
    usd += demand.rates[step]! * request.withoutVms * demand.seconds[step]!;
  }
  const levels = Math.min(ladder.most, Math.max(ladder.standing, savings.usefulLevels(ladder.levelUsdPerSecond)));
  for (let level = 0; level < levels; level++) usd += levelCost(demand.seconds, savings, ladder, level);
  return usd;
}

/**
 * The cheapest way through time for one level, the first state being free: Viterbi's algorithm over two states, off and on.
 * A level may switch within a step, and then runs for its best part: so a mean over a step bounds every finer plan.
 */
function levelCost(seconds: Float64Array, savings: LevelSavings, ladder: Ladder, level: number): number {
  const { levelUsdPerSecond: price, launchUsd, stopUsd } = ladder;
  const bottom = level * price;
  const top = bottom + price;
  const { full, useful, firstSlope } = savings;
  const isWorthwhile = firstSlope < -1;
  const isStanding = level < ladder.standing;
  let off = isStanding ? Number.POSITIVE_INFINITY : 0;
  let running = 0;
  for (let step = 0; step < seconds.length; step++) {
    let whole = seconds[step]! * price;
    let part = 0;
    if (top <= full[step]!) {
      whole *= 1 + firstSlope;
      if (isWorthwhile) part = whole;
    } else if (bottom < useful[step]!) {
      whole += seconds[step]! * savings.between(step, bottom, top);
      part = seconds[step]! * savings.bestPart(step, bottom, top);
    }
    if (isStanding) {
      running += whole;
      continue;
    }
    const relaunched = launchUsd + part;
    const stopped = part + stopUsd;
    const nextOff = Math.min(off + Math.min(relaunched + stopUsd, 0), running + stopped);
    running = Math.min(running + Math.min(relaunched + stopUsd, whole), off + relaunched);
    off = nextOff;
  }
  return Math.min(off, running);
}

/** How much cheaper requests become by VM time, in dollars per second: convex in it, and told per step by where its slope changes. */
class LevelSavings {
  /** [step] VM dollars per second up to which the first slope holds. */
  readonly full: Float64Array;
  /** [step] VM dollars per second beyond which nothing is saved. */
  readonly useful: Float64Array;
  readonly firstSlope: number;
  readonly #rates: Float64Array;
  readonly #lengths: Float64Array;
  readonly #slopes: Float64Array;
  readonly #worthwhile: number;

  constructor({ rates }: Demand, request: RequestCost) {
    const { segments } = request;
    const useful = segments.reduce((sum, one) => sum + one.length, 0);
    this.#rates = rates;
    this.#lengths = Float64Array.from(segments, (one) => one.length);
    this.#slopes = Float64Array.from(segments, (one) => one.slope);
    this.#worthwhile = worthwhileVmUsd(request);
    this.firstSlope = segments[0]?.slope ?? 0;
    this.full = rates.map((rate) => rate * (segments[0]?.length ?? 0));
    this.useful = rates.map((rate) => rate * useful);
  }

  /** Levels above are never worth their price in any step. */
  usefulLevels(price: number): number {
    const mostRate = this.#rates.reduce((most, rate) => Math.max(most, rate), 0);
    return Math.ceil((mostRate * this.#worthwhile) / price);
  }

  /** Change of the request cost by the VM time from `bottom` to `top`; at most 0. */
  between(step: number, bottom: number, top: number): number {
    const rate = this.#rates[step]!;
    let usd = 0;
    let from = 0;
    for (let segment = 0; segment < this.#slopes.length && from < top; segment++) {
      const to = from + rate * this.#lengths[segment]!;
      const overlap = Math.min(to, top) - Math.max(from, bottom);
      if (overlap > 0) usd += overlap * this.#slopes[segment]!;
      from = to;
    }
    return usd;
  }

  /** Cost of the part of a level, from its bottom on, that saves the most: its VM time and what that saves; at most 0. */
  bestPart(step: number, bottom: number, top: number): number {
    const until = Math.min(top, this.#worthwhile * this.#rates[step]!);
    return until <= bottom ? 0 : until - bottom + this.between(step, bottom, until);
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
