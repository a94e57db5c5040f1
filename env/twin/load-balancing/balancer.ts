import { ServiceError } from '../operation.ts';
import type { ServingRules, TargetSource, TargetState, TwinClock } from '../parts.ts';
import type { Forward } from './forward.ts';
import type { BalancerResources, TargetGroup } from './resources.ts';

export interface BalancerOptions {
  readonly clock: TwinClock;
  readonly resources: BalancerResources;
  /** What the rule begins with. */
  readonly forward: Forward;
  readonly targets: TargetSource;
  /** Until all nodes of the load balancer split by new weights: seconds, which AWS does not state. */
  readonly propagationSeconds?: number;
  /** Until the targets of a group that no rule named have passed their first health check: its usual interval. */
  readonly healthCheckSeconds?: number;
}

export interface Target {
  readonly id: string;
  /** `unavailable`: a Lambda function, whose health is not checked. */
  readonly state: TargetState | 'unavailable';
}

/** An application load balancer with a listener and a rule. */
export class LoadBalancer implements ServingRules {
  readonly resources: BalancerResources;
  readonly #clock: TwinClock;
  readonly #targets: TargetSource;
  readonly #propagationMs: number;
  readonly #healthCheckMs: number;
  #forward: Forward;
  /** Splits until the new weights have reached all nodes. */
  #before: Forward;
  #changedMs = -Infinity;
  /** Since when a rule names the target group. */
  readonly #inUseSince = new Map<string, number>();

  constructor(options: BalancerOptions) {
    const { clock, resources, forward, targets, propagationSeconds = 10, healthCheckSeconds = 30 } = options;
    this.resources = resources;
    this.#clock = clock;
    this.#targets = targets;
    this.#propagationMs = 1000 * propagationSeconds;
    this.#healthCheckMs = 1000 * healthCheckSeconds;
    this.#forward = this.#before = forward;
    for (const { targetGroup } of forward.shares) this.#inUseSince.set(targetGroup, -Infinity);
  }

  weights(rule: string): Forward['shares'] | null {
    if (rule !== this.resources.rule) return null;
    const isEverywhere = this.#clock.nowMs() >= this.#changedMs + this.#propagationMs;
    return (isEverywhere ? this.#forward : this.#before).shares;
  }

  /** As it was written, whether or not it has reached all nodes. */
  get forward(): Forward {
    return this.#forward;
  }

  modify(forward: Forward): void {
    const names = forward.shares.map(({ targetGroup }) => targetGroup);
    for (const name of names) this.targetGroup(name);
    const nowMs = this.#clock.nowMs();
    this.#before = { ...forward, shares: this.weights(this.resources.rule ?? '') ?? [] };
    this.#forward = forward;
    this.#changedMs = nowMs;
    for (const name of names) if (!this.#inUseSince.has(name)) this.#inUseSince.set(name, nowMs);
    for (const name of this.#inUseSince.keys()) if (!names.includes(name)) this.#inUseSince.delete(name);
  }

  isInUse(targetGroup: string): boolean {
    return this.#inUseSince.has(targetGroup);
  }

  targetGroup(arn: string): TargetGroup {
    const found = this.resources.targetGroups.find((group) => group.arn === arn);
    if (found === undefined) throw new ServiceError('TargetGroupNotFound', 'One or more target groups not found');
    return found;
  }

  /** A group that no rule names is not checked, and one that a rule has just named is not yet checked. */
  targetsOf(arn: string): readonly Target[] {
    const { aliasArn } = this.targetGroup(arn);
    const since = this.#inUseSince.get(arn);
    if (aliasArn !== null) return [{ id: aliasArn, state: since === undefined ? 'unused' : 'unavailable' }];
    const isChecked = since !== undefined && this.#clock.nowMs() >= since + this.#healthCheckMs;
    return (this.#targets.targets(arn) ?? []).map(({ id, state }) => {
      if (since === undefined) return { id, state: 'unused' };
      return { id, state: state === 'healthy' && !isChecked ? 'initial' : state };
    });
  }
}
