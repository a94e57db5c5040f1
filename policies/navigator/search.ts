import { batchFactor } from '../../env/physics/batch.ts';
import { lognormalQuantile } from '../../env/physics/lognormal.ts';
import type { LambdaBatch, PriceBook, ServiceProfile } from '../../env/types.ts';
import { strictestDeadlineMs } from '../economics.ts';
import { waitsBeforeSpillMs } from '../waits-before-spill.ts';
import type { Configuration, FunctionSetup } from './configuration.ts';
import { fleetPrediction } from './fleet-prediction.ts';
import { functionPrediction } from './function-prediction.ts';
import { type Load, peakPerSecond } from './load.ts';
import { mixed, type Prediction, quantileMs } from './prediction.ts';
import { readyVms } from './ready-vms.ts';
import { cheapestTimelyTier } from './timely-tier.ts';

/** A configuration and what is expected of it. */
export interface Candidate {
  readonly configuration: Configuration;
  readonly usdPerHour: number;
  /** Of all requests. */
  readonly attainment: number;
  readonly accuracy: number;
  readonly p95Ms: number;
  readonly spilledShare: number;
  readonly keepsPromise: boolean;
}

/** A candidate whose latency has not been looked for yet: that takes longer than all the rest. */
interface Draft extends Omit<Candidate, 'p95Ms'> {
  readonly prediction: Prediction;
}

const batchSizes = [2, 4, 8, 16, 32];
/** Waits before Lambda, as shares of the deadline less the service time. */
const waitShares = [0, 0.25, 0.5, 0.75];
/** A fleet that needs more than this many times the peak's VMs does not keep the promise at all. */
const mostOverPeak = 4;

/** Every configuration worth a look: of each variant at or above the accuracy floor, on every pool, tier and both. */
export function candidates(profile: ServiceProfile, prices: PriceBook, load: Load): Candidate[] {
  const accurate = profile.variants
    .map(({ accuracy }, variant) => ({ accuracy, variant }))
    .filter(({ accuracy }) => accuracy >= profile.accuracyFloor - 1e-12);
  return accurate.flatMap(({ variant }) => {
    const search = new Search(profile, prices, load, variant);
    return [...search.fleets(), ...search.functions(), ...search.both()].map((draft) => finished(profile, draft));
  });
}

function finished({ slo }: ServiceProfile, { prediction, ...rest }: Draft): Candidate {
  const shares = slo.classes.map(({ share }) => share);
  return { ...rest, p95Ms: quantileMs(prediction, shares, 0.95) };
}

class Search {
  readonly #profile: ServiceProfile;
  readonly #prices: PriceBook;
  readonly #load: Load;
  readonly #variant: number;

  constructor(profile: ServiceProfile, prices: PriceBook, load: Load, variant: number) {
    this.#profile = profile;
    this.#prices = prices;
    this.#load = load;
    this.#variant = variant;
  }

  /** VMs alone: on each pool the fewest that keep the promise. */
  fleets(): Draft[] {
    return this.#pools().map((pool) => {
      const of = (vms: number) => this.#fleet(pool, vms, null, 0);
      return of(fewestThatKeep(this.#fewestVms(pool), this.#mostVms(pool), of));
    });
  }

  /** Lambda alone: every tier, alone and in batches, on demand and with environments provisioned for the least load and for the peak. */
  functions(): Draft[] {
    return this.#tiers().flatMap((tier) =>
      [null, ...this.#batches(tier)].flatMap((batch) =>
        this.#provisions(tier, batch).map((provisioned) => this.#function({ tier, provisioned, batch })),
      ),
    );
  }

  /** Both: on each pool the number of VMs and the wait with the least cost, what is beyond goes to the cheapest tier that is fast enough. */
  both(): Draft[] {
    const tier = cheapestTimelyTier(this.#profile, this.#prices, this.#variant);
    if (tier === null) return [];
    return this.#pools().map((pool) =>
      waitShares
        .map((wait) => {
          const of = (vms: number) => this.#fleet(pool, vms, tier, wait);
          const most = this.#mostVms(pool);
          return this.#cheapestCount(fewestThatKeep(this.#fewestVms(pool), most, of), most, of);
        })
        .reduce(better),
    );
  }

  /** Cost over the number of VMs falls and then rises: ternary search over whole numbers, and the last few one by one. */
  #cheapestCount(least: number, most: number, of: (vms: number) => Draft): Draft {
    let [low, high] = [least, most];
    while (high - low > 4) {
      const left = low + Math.floor((high - low) / 3);
      const right = high - Math.floor((high - low) / 3);
      if (of(left).usdPerHour <= of(right).usdPerHour) high = right;
      else low = left;
    }
    return Array.from({ length: high - low + 1 }, (_, step) => of(low + step)).reduce(better);
  }

  #fleet(pool: number, vms: number, tier: number | null, waitShare: number): Draft {
    const profile = this.#profile;
    const serviceMs = profile.pools[pool]!.serviceMs[this.#variant]!;
    const maxWaitMs =
      tier === null ? profile.slo.classes.map(() => null) : waitsBeforeSpillMs(profile, serviceMs, waitShare);
    const setup = { profile, prices: this.#prices, variant: this.#variant, pool, maxWaitMs };
    const lambda = tier === null ? null : { tier, provisioned: 0, batch: null };
    const elsewhere =
      lambda === null
        ? null
        : (spilled: number) => functionPrediction(profile, this.#prices, this.#variant, lambda, spilled);
    const states = readyVms(profile.pools[pool]!, vms);
    return this.#judged({ variant: this.#variant, fleet: { pool, vms }, function: lambda, maxWaitMs }, (perSecond) =>
      mixed(
        states.map((state) => ({
          perSecond,
          share: state.share,
          prediction: fleetPrediction({ ...setup, vms: state.vms, elsewhere }, perSecond),
        })),
      ),
    );
  }

  #function(lambda: FunctionSetup): Draft {
    const maxWaitMs = this.#profile.slo.classes.map(() => 0);
    return this.#judged({ variant: this.#variant, fleet: null, function: lambda, maxWaitMs }, (perSecond) =>
      functionPrediction(this.#profile, this.#prices, this.#variant, lambda, perSecond),
    );
  }

  #judged(configuration: Configuration, at: (perSecond: number) => Prediction): Draft {
    const { slo, variants } = this.#profile;
    const prediction = mixed(this.#load.map((level) => ({ ...level, prediction: at(level.perSecond) })));
    const attainment = slo.classes.reduce(
      (sum, { share, deadlineMs }, k) => sum + share * prediction.answeredWithin(deadlineMs, k),
      0,
    );
    return {
      configuration,
      usdPerHour: 3600 * prediction.usdPerSecond,
      attainment,
      accuracy: variants[this.#variant]!.accuracy,
      prediction,
      spilledShare: prediction.spilledShare,
      keepsPromise: attainment >= slo.attainment,
    };
  }

  #pools(): number[] {
    const { pools, serviceCv, slo } = this.#profile;
    return pools.flatMap((one, pool) => {
      const ms = one.serviceMs[this.#variant] ?? null;
      const isSlow =
        ms === null || lognormalQuantile(ms, serviceCv, 0.5) > Math.max(...slo.classes.map((c) => c.deadlineMs));
      return isSlow ? [] : [pool];
    });
  }

  #tiers(): number[] {
    return this.#profile.lambda.memoryMb.flatMap((_, tier) =>
      (this.#profile.lambda.serviceMs[this.#variant]![tier] ?? null) === null ? [] : [tier],
    );
  }

  /** Batches may stay open as long as the strictest deadline leaves beside the service of a full one. */
  #batches(tier: number): LambdaBatch[] {
    const { lambda, serviceCv, slo } = this.#profile;
    if (lambda.batchMarginal >= 1) return [];
    return batchSizes.flatMap((size) => {
      const serviceMs = lambda.serviceMs[this.#variant]![tier]! * batchFactor(lambda.batchMarginal, size);
      const timeoutMs = strictestDeadlineMs(this.#profile) - lognormalQuantile(serviceMs, serviceCv, slo.attainment);
      return timeoutMs > 0 ? [{ size, timeoutMs: Math.floor(timeoutMs) }] : [];
    });
  }

  #provisions(tier: number, batch: LambdaBatch | null): number[] {
    const { serviceMs, batchMarginal } = this.#profile.lambda;
    const size = batch?.size ?? 1;
    const secondsPerRequest = (serviceMs[this.#variant]![tier]! * batchFactor(batchMarginal, size)) / 1000 / size;
    const atWork = [this.#load[0]!.perSecond, peakPerSecond(this.#load)].map((rate) =>
      Math.ceil(rate * secondsPerRequest),
    );
    return [...new Set([0, ...atWork])];
  }

  #fewestVms(pool: number): number {
    return Math.max(1, this.#profile.pools[pool]!.min);
  }

  #mostVms(pool: number): number {
    const { slots, serviceMs, max } = this.#profile.pools[pool]!;
    const busy = (peakPerSecond(this.#load) * serviceMs[this.#variant]!) / 1000 / slots;
    return Math.min(max, Math.ceil(mostOverPeak * busy) + 4);
  }
}

/** More VMs answer more in time. Where not even `most` keep the promise, `most`. */
function fewestThatKeep(least: number, most: number, of: (vms: number) => Draft): number {
  let [low, high] = [Math.min(least, most) - 1, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (of(middle).keepsPromise) high = middle;
    else low = middle;
  }
  return high;
}

function better(a: Draft, b: Draft): Draft {
  return byWorth(a, b) <= 0 ? a : b;
}

/** Those that keep the promise first, the cheapest at the top; then those that miss it, by how little. */
export function byWorth(a: Worth, b: Worth): number {
  if (a.keepsPromise !== b.keepsPromise) return a.keepsPromise ? -1 : 1;
  return a.keepsPromise ? a.usdPerHour - b.usdPerHour : b.attainment - a.attainment || a.usdPerHour - b.usdPerHour;
}

type Worth = Pick<Candidate, 'keepsPromise' | 'usdPerHour' | 'attainment'>;
