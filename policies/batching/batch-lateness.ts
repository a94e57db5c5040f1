import { lognormalShareBelow } from '../../env/physics/lognormal.ts';
import type { LambdaBatch, ServiceProfile } from '../../env/types.ts';

/** How many of the requests of a batch are late. */
export class BatchLateness {
  readonly #profile: ServiceProfile;
  readonly #variant: number;
  /** [timeout in ms][size][tier] Of a batch that is not full, which no arrivals change. */
  readonly #partial = new Map<number, (number | undefined)[][]>();

  constructor(profile: ServiceProfile, variant: number) {
    this.#profile = profile;
    this.#variant = variant;
  }

  /** What Lambda works on a batch. */
  batchMs(tier: number, size: number): number {
    const { serviceMs, batchMarginal } = this.#profile.lambda;
    return serviceMs[this.#variant]![tier]! * (1 + batchMarginal * (size - 1));
  }

  /** Of a batch of so many requests that is sent at the timeout: those after the first came evenly over it. */
  partial(timeoutMs: number, size: number, tier: number): number {
    let bySize = this.#partial.get(timeoutMs);
    if (bySize === undefined) {
      bySize = [];
      this.#partial.set(timeoutMs, bySize);
    }
    bySize[size] ??= [];
    const byTier = bySize[size]!;
    byTier[tier] ??= this.#late(size, tier, (place) => timeoutMs * (1 - place / size));
    return byTier[tier]!;
  }

  /** Of one that is sent because it is full: the requests after the first came at the mean rate. */
  full({ size, timeoutMs }: LambdaBatch, tier: number, ratePerSecond: number): number {
    return this.#late(size, tier, (place) => Math.min(timeoutMs, (1000 * (size - 1 - place)) / ratePerSecond));
  }

  /** @param waitOf how long the request waits that came as the `place`-th, from 0 */
  #late(size: number, tier: number, waitOf: (place: number) => number): number {
    const { slo, serviceCv } = this.#profile;
    const serviceMs = this.batchMs(tier, size);
    let late = 0;
    for (let place = 0; place < size; place++) {
      const waitMs = waitOf(place);
      for (const { share, deadlineMs } of slo.classes) {
        late += share * (1 - lognormalShareBelow(deadlineMs - waitMs, serviceMs, serviceCv));
      }
    }
    return late;
  }
}
