import type { Decision, Observation, Policy, ServiceProfile } from '../env/types.ts';
import { newestRate } from '../policies/demand.ts';

export interface TargetTrackingOptions {
  /** The pool that is scaled; the others stay at their minimum. */
  readonly pool: number;
  /** Requests per second that one instance is meant to get. */
  readonly targetPerSecond: number;
  /** Data points in a row above the target before instances are added. */
  readonly alarmPoints: number;
  /** Data points in a row well below it before instances are given back: 15 on AWS. */
  readonly calmPoints: number;
}

/** How far the metric lies below the target before instances are given back. */
const calmShare = 0.9;

/**
 * Target tracking of AWS Application Auto Scaling on invocations per instance, as SageMaker endpoints have it: once the metric was above the target
 * for some minutes, as many instances as bring it back; once it was below nine tenths of it for a quarter of an hour, as many as it needs.
 */
export class TargetTracking implements Policy {
  readonly name = 'target-tracking';
  readonly #profile: ServiceProfile;
  readonly #options: TargetTrackingOptions;
  #above = 0;
  #below = 0;
  #wanted: number;

  constructor(profile: ServiceProfile, options: TargetTrackingOptions) {
    this.#profile = profile;
    this.#options = options;
    this.#wanted = Math.max(1, profile.pools[options.pool]!.min);
  }

  decide(observation: Observation): Decision {
    const { pool, targetPerSecond } = this.#options;
    const rate = newestRate(observation) ?? 0;
    this.#follow(rate);
    return {
      action: {
        variant: 0,
        vmCounts: this.#profile.pools.map((one, index) => (index === pool ? this.#wanted : one.min)),
        lambdaMemoryMb: this.#profile.lambda.memoryMb[0]!,
        spillover: { maxWaitMs: this.#profile.slo.classes.map(() => null), lambdaShare: 0 },
      },
      reason: `${rate} requests/s for a target of ${targetPerSecond} an instance`,
    };
  }

  #follow(rate: number): void {
    const { pool, targetPerSecond, alarmPoints, calmPoints } = this.#options;
    const { min, max } = this.#profile.pools[pool]!;
    const each = rate / this.#wanted;
    this.#above = each > targetPerSecond ? this.#above + 1 : 0;
    this.#below = each < calmShare * targetPerSecond ? this.#below + 1 : 0;
    if (this.#above < alarmPoints && this.#below < calmPoints) return;
    this.#wanted = Math.min(max, Math.max(1, min, Math.ceil(rate / targetPerSecond)));
    this.#above = this.#below = 0;
  }
}
