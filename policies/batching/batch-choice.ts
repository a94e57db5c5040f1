import type { LambdaBatch, PriceBook, ServiceProfile } from '../../env/types.ts';
import { strictestDeadlineMs } from '../economics.ts';
import { BatchLateness } from './batch-lateness.ts';
import { batchSizes } from './batch-sizes.ts';
import { type MarkovianArrivals, meanRate } from './markovian-arrivals.ts';

/** How Lambda is used, and what the model says of it. */
export interface BatchChoice {
  readonly batch: LambdaBatch;
  readonly tier: number;
  readonly usdPerRequest: number;
  /** Share of the requests that are late. */
  readonly lateShare: number;
  readonly meanSize: number;
}

export interface BatchTerms {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly variant: number;
  /** Share of the requests that may be late. */
  readonly lateShare: number;
  readonly mostSize: number;
}

/** A batch size and a timeout, and what the arrivals make of them. */
interface Candidate {
  readonly batch: LambdaBatch;
  readonly meanSize: number;
  /** How likely a batch is full. */
  readonly fullShare: number;
  /** [tier] Requests of a batch that are late where it is not full, on average over all batches. */
  readonly latePartial: readonly number[];
}

/** Steps of the timeout between none and the strictest deadline. */
const timeoutSteps = 20;

/**
 * The batch size, timeout and memory with the least cost per request that keep the promise: every combination of a grid. Where none keeps it, the
 * one with the fewest late requests. Source: BATCH (Ali et al., SC 2020), which searches by Bayesian optimisation.
 */
export class BatchChooser {
  readonly #terms: BatchTerms;
  readonly #lateness: BatchLateness;
  readonly #timeoutsMs: readonly number[];
  /** Memory sizes that the variant fits. */
  readonly #tiers: readonly number[];

  constructor(terms: BatchTerms) {
    const { profile, variant } = terms;
    const deadlineMs = strictestDeadlineMs(profile);
    this.#terms = terms;
    this.#lateness = new BatchLateness(profile, variant);
    this.#timeoutsMs = Array.from({ length: timeoutSteps }, (_, step) =>
      Math.round(((step + 1) / timeoutSteps) * deadlineMs),
    );
    this.#tiers = profile.lambda.memoryMb.flatMap((_, tier) =>
      (profile.lambda.serviceMs[variant]?.[tier] ?? null) === null ? [] : [tier],
    );
  }

  choose(arrivals: MarkovianArrivals): BatchChoice {
    const rate = meanRate(arrivals);
    let best: BatchChoice | null = null;
    for (const candidate of this.#candidates(arrivals)) {
      for (const tier of this.#tiers) best = this.#better(candidate, tier, rate, best) ?? best;
    }
    // Profiles that no variant of which fits Lambda are refused before a rule is made.
    return best!;
  }

  /** A longer timeout or a larger batch must be worth it, so the smaller ones come first. */
  *#candidates(arrivals: MarkovianArrivals): Generator<Candidate> {
    const { mostSize, profile } = this.#terms;
    const latePartial = new Array<number>(profile.lambda.memoryMb.length).fill(0);
    yield { batch: { size: 1, timeoutMs: 0 }, meanSize: 1, fullShare: 1, latePartial };
    if (mostSize === 1) return;
    const seconds = this.#timeoutsMs.map((timeoutMs) => timeoutMs / 1000);
    const shares = batchSizes(arrivals, seconds, mostSize);
    for (const [step, timeoutMs] of this.#timeoutsMs.entries()) yield* this.#sizes(timeoutMs, shares[step]!);
  }

  /**
   * The arrivals within the timeout do not depend on the size at which the batch is sent.
   * @param shares [requests - 1]
   */
  *#sizes(timeoutMs: number, shares: Float64Array): Generator<Candidate> {
    const latePartial = new Array<number>(this.#terms.profile.lambda.memoryMb.length).fill(0);
    let fullShare = shares.reduce((sum, one) => sum + one, 0);
    let requests = 0;
    for (let size = 2; size <= shares.length; size++) {
      const fewer = size - 1;
      const share = shares[fewer - 1]!;
      fullShare -= share;
      requests += share * fewer;
      for (const tier of this.#tiers) latePartial[tier]! += share * this.#lateness.partial(timeoutMs, fewer, tier);
      yield { batch: { size, timeoutMs }, meanSize: requests + fullShare * size, fullShare, latePartial };
    }
  }

  /** Null: no better than the best so far. Lateness takes long to tell, so it is looked at only where the cost allows. */
  #better(candidate: Candidate, tier: number, rate: number, best: BatchChoice | null): BatchChoice | null {
    const { batch, meanSize, fullShare } = candidate;
    const most = this.#terms.lateShare;
    const usdPerRequest = this.#usdPerBatch(meanSize, tier) / meanSize;
    const isBestInTime = best !== null && best.lateShare <= most;
    if (isBestInTime && usdPerRequest >= best.usdPerRequest - 1e-15) return null;
    const partial = candidate.latePartial[tier]!;
    if (isBestInTime && partial > most * meanSize) return null;
    const lateShare = (partial + fullShare * this.#lateness.full(batch, tier, rate)) / meanSize;
    const choice = { batch, tier, usdPerRequest, lateShare, meanSize };
    if (best === null || lateShare <= most) return choice;
    return !isBestInTime && lateShare < best.lateShare - 1e-12 ? choice : null;
  }

  /** Dollars of a mean batch: what it takes rises evenly with its size. */
  #usdPerBatch(meanSize: number, tier: number): number {
    const { profile, prices } = this.#terms;
    const gb = profile.lambda.memoryMb[tier]! / 1024;
    return (
      (gb * prices.lambdaUsdPerGbSecond * this.#lateness.batchMs(tier, meanSize)) / 1000 + prices.lambdaUsdPerRequest
    );
  }
}
