import type { Deployment } from '../../deployment/deployment.ts';
import { Random } from '../../random.ts';
import { SpotMarket } from '../../sim/spot-market.ts';
import type { ServiceProfile } from '../../types.ts';
import type { Clock } from '../clock.ts';
import type { FaultSchedule } from '../faults/schedule.ts';
import type { TargetSource, TargetState } from '../parts.ts';
import { Group } from './group.ts';
import { type Instance, isHealthy, isRegistered, serves } from './instance.ts';

export interface GroupsParts {
  readonly deployment: Deployment;
  readonly profile: ServiceProfile;
  /** [pool] In service when the world begins. */
  readonly initialVms: readonly number[];
  readonly seed: number;
  readonly clock: Clock;
  readonly faults: FaultSchedule;
}

interface Changes {
  readonly launches: number;
  readonly terminations: number;
  readonly interruptions: number;
}

/** The Auto Scaling groups of a deployment, and their instances as targets of its load balancer. */
export class Groups implements TargetSource {
  /** [pool] */
  readonly all: readonly Group[];
  readonly deployment: Deployment;
  readonly #clock: Clock;
  readonly #faults: FaultSchedule;
  #told: Changes = { launches: 0, terminations: 0, interruptions: 0 };

  constructor({ deployment, profile, initialVms, seed, clock, faults }: GroupsParts) {
    this.deployment = deployment;
    this.#clock = clock;
    this.#faults = faults;
    this.all = profile.pools.map((pool, index) => {
      const name = deployment.pools[index]!.autoScalingGroup;
      const random = Random.seeded(seed, `group ${name}`);
      const market = pool.spot ? new SpotMarket(pool.spot, Random.seeded(seed, `spot ${name}`)) : null;
      const parts = { name, region: deployment.region, pool, initialVms: initialVms[index]!, clock, faults, random };
      const group = new Group({ ...parts, market });
      // As its operator would have left it to a controller: tagged for it, and the policy to hand back to is there, and rests.
      group.tags.set('spillway', 'managed');
      if (deployment.pools[index]!.handBackPolicy !== null) group.suspended.add('AlarmNotification');
      return group;
    });
  }

  /** Whether requests reach the instance. */
  serves(id: string): boolean {
    const nowMs = this.#clock.nowMs();
    return this.all.some((group) => group.instances.some((one) => one.id === id && serves(one, nowMs)));
  }

  named(name: unknown): Group | null {
    return this.all.find((group) => group.name === name) ?? null;
  }

  /** Lets happen what is due by now. */
  settle(): void {
    for (const fault of this.#faults.due('foreign-desired')) {
      for (const group of this.all) {
        if (fault.resource !== null && fault.resource !== group.name) continue;
        group.setDesired(Math.min(group.pool.max, Math.max(group.pool.min, fault.strength)), false);
      }
    }
    for (const { resource, strength } of this.#faults.due('spot-interruption')) {
      for (const group of this.all) if (resource === null || resource === group.name) group.interrupt(strength);
    }
    for (const group of this.all) group.settle();
  }

  /** Since the last call. */
  changes(): Changes {
    const before = this.#told;
    this.#told = {
      launches: this.all.reduce((sum, { launched }) => sum + launched, 0),
      terminations: this.all.reduce((sum, { terminated }) => sum + terminated, 0),
      interruptions: this.all.reduce((sum, { interrupted }) => sum + interrupted, 0),
    };
    return {
      launches: this.#told.launches - before.launches,
      terminations: this.#told.terminations - before.terminations,
      interruptions: this.#told.interruptions - before.interruptions,
    };
  }

  targets(targetGroup: string): readonly { readonly id: string; readonly state: TargetState }[] | null {
    const pools = this.deployment.pools.flatMap(({ targetGroups }, pool) =>
      targetGroups.includes(targetGroup) ? [pool] : [],
    );
    if (pools.length === 0) return null;
    return pools.flatMap((pool) =>
      this.all[pool]!.instances.filter(isRegistered).map((one) => ({ id: one.id, state: this.#stateOf(one) })),
    );
  }

  #stateOf(instance: Instance): TargetState {
    if (instance.lifecycle === 'Pending') return 'initial';
    if (instance.lifecycle === 'Terminating') return 'draining';
    return isHealthy(instance, this.#clock.nowMs()) ? 'healthy' : 'unhealthy';
  }
}
