import type { Deployment } from '../../deployment/deployment.ts';
import type { ServiceProfile } from '../../types.ts';
import type { Groups } from '../autoscaling/groups.ts';
import type { MetricStore } from '../cloudwatch/store.ts';
import type { ServingFunctions } from '../parts.ts';
import type { Passed } from '../world/passed.ts';
import { FunctionMeter } from './function-meter.ts';
import { GroupMeter } from './group-meter.ts';
import { LoadBalancerMeter } from './load-balancer-meter.ts';
import type { Meter } from './meter.ts';

export interface MetersParts {
  readonly deployment: Deployment;
  readonly profile: ServiceProfile;
  readonly groups: Groups;
  readonly functions: ServingFunctions;
  readonly store: MetricStore;
}

/** All that AWS measures of a deployment. */
export class Meters implements Meter {
  readonly #all: readonly Meter[];

  constructor(parts: MetersParts) {
    const { deployment, groups, store } = parts;
    const targetGroups = [
      ...deployment.pools.flatMap((pool) => pool.targetGroups),
      ...deployment.functions.map((one) => one?.targetGroup ?? null),
    ].filter((one) => one !== null);
    this.#all = [
      ...groups.all.map((group, pool) => new GroupMeter(group, pool, store)),
      ...deployment.functions.flatMap((one, variant) => (one === null ? [] : [new FunctionMeter(one, variant, parts)])),
      ...(deployment.loadBalancer === null
        ? []
        : [new LoadBalancerMeter(deployment.loadBalancer, targetGroups, store, groups)]),
    ];
  }

  note(passed: Passed): void {
    for (const meter of this.#all) meter.note(passed);
  }

  publish(startMs: number): void {
    for (const meter of this.#all) meter.publish(startMs);
  }
}
