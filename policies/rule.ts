import type { Decision, Observation, Policy, Workload } from '../env/types.ts';
import { seenUntilSeconds } from './demand.ts';
import { HandOver } from './hand-over.ts';
import { ScaleInDelay } from './scaling/scale-in-delay.ts';
import { presentVms, type Setting, withinPool } from './setting.ts';
import type { Spill } from './spill.ts';

/** VMs of the chosen pool that a rule asks for, and the clause that says why: "demand … needs 28 VMs …". */
export interface Wish {
  readonly vms: number;
  readonly because: string;
}

export interface RuleParts {
  readonly name: string;
  readonly setting: Setting;
  /** Called at every decision; null: what the rule looks at is absent, so hold. */
  readonly size: (observation: Observation) => Wish | null;
  readonly spill: Spill;
  readonly scaleInDelaySeconds?: number;
  /** Environments of Lambda that are kept initialised; by default none is asked for. */
  readonly provisioned?: number;
  /** Takes the demand before the first decision, where it is known. */
  readonly recall?: (past: Workload) => void;
}

/**
 * The part that all rules share. It states the whole desired fleet, so booting VMs count as coming; it keeps to the pool's limits;
 * without what it needs to know it holds the action in force; and its first decision starts from the fleet that it finds.
 */
export class Rule implements Policy {
  readonly name: string;
  readonly #parts: RuleParts;
  readonly #scaleIn: ScaleInDelay;
  readonly #handOver: HandOver;
  #isNew = true;

  constructor(parts: RuleParts) {
    this.name = parts.name;
    this.#parts = parts;
    this.#scaleIn = new ScaleInDelay(parts.scaleInDelaySeconds ?? 0);
    this.#handOver = new HandOver(parts.setting);
  }

  recall(past: Workload): void {
    this.#parts.recall?.(past);
  }

  decide(observation: Observation): Decision {
    const { setting, size } = this.#parts;
    const { timeSeconds } = observation;
    const present = withinPool(setting, presentVms(setting, observation));
    const wish = size(observation);
    if (!wish) return this.#hold(observation, present);
    if (this.#isNew) this.#scaleIn.settle(timeSeconds, present);
    this.#isNew = false;
    const wanted = withinPool(setting, wish.vms);
    const vms = this.#scaleIn.settle(timeSeconds, wanted);
    return this.#state(observation, vms, `${wish.because}${this.#limits(wish.vms, wanted, vms)}`);
  }

  #hold(observation: Observation, present: number): Decision {
    this.#isNew = false;
    this.#scaleIn.settle(observation.timeSeconds, present);
    const what = seenUntilSeconds(observation) === null ? 'arrivals are' : 'utilisation is';
    const decision = this.#state(observation, present, `${what} absent: holding ${count(present)}`);
    return observation.lastAction ? { ...decision, action: observation.lastAction } : decision;
  }

  #state(observation: Observation, vms: number, because: string): Decision {
    const { setting, spill, provisioned = 0 } = this.#parts;
    const { ready, booting } = observation.pools[setting.choice.pool] ?? { ready: 0, booting: 0 };
    return {
      action: {
        variant: setting.choice.variant,
        vmCounts: this.#handOver.vmCounts(observation, vms),
        lambdaMemoryMb: setting.lambdaMemoryMb,
        spillover: spill(observation),
        ...(provisioned > 0 && { lambdaProvisioned: provisioned }),
      },
      reason: `${because}; ${ready} ready, ${booting} booting`,
    };
  }

  #limits(wished: number, wanted: number, vms: number): string {
    const { min, max } = this.#parts.setting;
    if (vms > wanted) return `, ${vms} held for the scale-in delay`;
    if (wanted < wished && wanted === max) return `, limited to ${max} by the pool`;
    return wanted > wished && wanted === min ? `, kept at ${min} by the pool` : '';
  }
}

export function count(vms: number): string {
  return vms === 1 ? '1 VM' : `${vms} VMs`;
}

/** A rate or a factor in a sentence: three digits say enough. */
export function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
