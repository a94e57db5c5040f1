import type { Decision, Observation, Policy, Workload } from '../env/types.ts';
import { seenUntilSeconds } from './demand.ts';
import { count } from './rule.ts';
import { ScaleInDelay } from './scaling/scale-in-delay.ts';
import { presentCounts, type Setting } from './setting.ts';
import type { Spill } from './spill.ts';

/** What a rule asks for, pool by pool, and the clause that says why. */
export interface FleetWish {
  /** [pool] */
  readonly vmCounts: readonly number[];
  readonly because: string;
}

export interface FleetRuleParts {
  readonly name: string;
  readonly setting: Setting;
  /** Called at every decision; null: what the rule looks at is absent, so hold. */
  readonly size: (observation: Observation) => FleetWish | null;
  readonly spill: Spill;
  readonly scaleInDelaySeconds?: number;
  /** Takes the demand before the first decision, where it is known. */
  readonly recall?: (past: Workload) => void;
}

/**
 * The part that the rules over several pools share, as `Rule` is for one: they state the whole desired fleet, keep to the limits of the pools, hold the action
 * in force without what they need to know, and begin with the fleet that they find. A pool that is left keeps its VMs for the scale-in delay.
 */
export class FleetRule implements Policy {
  readonly name: string;
  readonly #parts: FleetRuleParts;
  /** [pool] */
  readonly #scaleIn: readonly ScaleInDelay[];
  #isNew = true;

  constructor(parts: FleetRuleParts) {
    this.name = parts.name;
    this.#parts = parts;
    this.#scaleIn = parts.setting.profile.pools.map(() => new ScaleInDelay(parts.scaleInDelaySeconds ?? 0));
  }

  recall(past: Workload): void {
    this.#parts.recall?.(past);
  }

  decide(observation: Observation): Decision {
    const { setting, size } = this.#parts;
    const present = presentCounts(setting, observation);
    const wish = size(observation);
    if (!wish) return this.#hold(observation, present);
    if (this.#isNew) this.#settle(observation, present);
    this.#isNew = false;
    const { pools } = setting.profile;
    const wanted = pools.map(({ min, max }, pool) => Math.min(max, Math.max(min, Math.ceil(wish.vmCounts[pool] ?? 0))));
    const vmCounts = this.#settle(observation, wanted);
    return this.#state(observation, vmCounts, `${wish.because}: asking for ${this.#tell(vmCounts)}`);
  }

  #settle({ timeSeconds }: Observation, counts: readonly number[]): number[] {
    return counts.map((vms, pool) => this.#scaleIn[pool]!.settle(timeSeconds, vms));
  }

  #hold(observation: Observation, present: readonly number[]): Decision {
    this.#isNew = false;
    this.#settle(observation, present);
    const what = seenUntilSeconds(observation) === null ? 'arrivals are' : 'what the rule looks at is';
    const decision = this.#state(observation, present, `${what} absent: holding ${this.#tell(present)}`);
    return observation.lastAction ? { ...decision, action: observation.lastAction } : decision;
  }

  #state(observation: Observation, vmCounts: readonly number[], because: string): Decision {
    const { setting, spill } = this.#parts;
    const ready = observation.pools.reduce((sum, one) => sum + one.ready, 0);
    const booting = observation.pools.reduce((sum, one) => sum + one.booting, 0);
    return {
      action: {
        variant: setting.choice.variant,
        vmCounts,
        lambdaMemoryMb: setting.lambdaMemoryMb,
        spillover: spill(observation),
      },
      reason: `${because}; ${ready} ready, ${booting} booting`,
    };
  }

  /** "4 VMs", of several pools "4 VMs (3 cpu, 1 gpu)". */
  #tell(vmCounts: readonly number[]): string {
    const { pools } = this.#parts.setting.profile;
    const all = count(vmCounts.reduce((sum, one) => sum + one, 0));
    return pools.length === 1
      ? all
      : `${all} (${pools.map(({ name }, pool) => `${vmCounts[pool]} ${name}`).join(', ')})`;
  }
}
