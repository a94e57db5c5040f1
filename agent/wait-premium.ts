import type { Observation, PriceBook, ServiceProfile } from '../env/types.ts';
import { lambdaUsdPerRequest, readyVmUsdPerSecond, vmCapacityPerSecond } from '../policies/economics.ts';

/** What is seen counts half after so long a time. */
const halfLifeSeconds = 3600;

/**
 * What it costs that requests wait for less: the share of the bill of the last hours that Lambda took for requests which a VM could have served a little later.
 * In every bin the VMs that are ready can serve so much; what spilled beyond the rest was spared a wait of less than a bin.
 */
export class WaitPremium {
  readonly #lambdaUsd: number;
  /** [pool] Of one VM. */
  readonly #servedPerSecond: readonly number[];
  readonly #usdPerSecond: readonly number[];
  readonly #fading: number;
  /** Dollars per second, summed over intervals. */
  #premium = 0;
  #bill = 0;

  /** @param variant and tier that answer */
  constructor(profile: ServiceProfile, prices: PriceBook, variant: number, tier: number) {
    this.#lambdaUsd = lambdaUsdPerRequest(profile, prices, variant, tier) ?? 0;
    this.#servedPerSecond = profile.pools.map((_, pool) => vmCapacityPerSecond(profile, pool, variant) ?? 0);
    this.#usdPerSecond = profile.pools.map((_, pool) => readyVmUsdPerSecond(profile, prices, pool));
    this.#fading = 2 ** (-profile.decisionSeconds / halfLifeSeconds);
  }

  /** Takes in what is seen before a decision; an interval of which something is absent says nothing. */
  observe({ arrivals, spilledPerSecond, pools }: Observation): void {
    if (!arrivals || !spilledPerSecond) return;
    const capacity = pools.reduce((sum, { ready }, pool) => sum + ready * this.#servedPerSecond[pool]!, 0);
    const rates = arrivals.value;
    const tooMuch = rates.reduce((sum, rate) => sum + Math.max(0, rate - capacity), 0) / rates.length;
    const vmUsd = pools.reduce(
      (sum, { ready, booting }, pool) => sum + (ready + booting) * this.#usdPerSecond[pool]!,
      0,
    );
    const spilled = spilledPerSecond.value;
    this.#premium = this.#fading * this.#premium + this.#lambdaUsd * Math.max(0, spilled - tooMuch);
    this.#bill = this.#fading * this.#bill + vmUsd + this.#lambdaUsd * spilled;
  }

  /** In [0, 1]; 0 while there is no bill. */
  get share(): number {
    return this.#bill === 0 ? 0 : this.#premium / this.#bill;
  }
}
