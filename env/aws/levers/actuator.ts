import type { Hindrance } from '../../hindrance.ts';
import type { Action, ServiceProfile } from '../../types.ts';
import type { FleetView } from '../fleet/fleet-view.ts';
import type { FunctionLever } from '../rollout/function-lever.ts';
import type { Actuates, Actuation } from './actuation.ts';
import type { AlarmsLever } from './alarms-lever.ts';
import type { CapacityLever } from './capacity-lever.ts';
import type { Lever, Pulled } from './lever.ts';
import { RestedLever } from './rested-lever.ts';
import { Round } from './round.ts';
import type { RouterLever } from './router-lever.ts';
import type { RuleLever } from './rule-lever.ts';

export interface ActuatorParts {
  readonly profile: ServiceProfile;
  /** [pool] Null: the group declares no policy to hand back to. */
  readonly alarms: readonly (AlarmsLever | null)[];
  /** [pool] */
  readonly capacities: readonly CapacityLever[];
  /** Where the traffic goes; null: nothing of it can be set. */
  readonly traffic: RuleLever | RouterLever | null;
  readonly functions: FunctionLever;
  readonly nowMs: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * From an action to what differs from it, in an order in which no step needs a later one: VMs are launched, the traffic is moved, VMs
 * that it has left are taken away, and then the functions go one step on.
 */
export class Actuator implements Actuates {
  readonly #parts: ActuatorParts;
  /** [pool] */
  readonly #alarms: readonly (Lever | null)[];
  /** [pool] */
  readonly #capacities: readonly Lever[];
  readonly #traffic: Lever | null;
  /** By lever: what it said last, to be said again only when it changes. */
  readonly #said = new Map<string, string>();

  constructor(parts: ActuatorParts) {
    const rested = (lever: Lever) => new RestedLever(lever, parts.nowMs, parts.random);
    this.#parts = parts;
    this.#alarms = parts.alarms.map((lever) => lever && rested(lever));
    this.#capacities = parts.capacities.map(rested);
    this.#traffic = parts.traffic && rested(parts.traffic);
  }

  get written(): readonly (number | null)[] {
    return this.#parts.capacities.map(({ written }) => written);
  }

  /** Somebody else had the fleet, and what they made of it is where Spillway begins again. */
  forget(): void {
    for (const lever of [...this.#parts.capacities, ...this.#parts.alarms]) lever?.forget();
  }

  async apply(action: Action, fleet: FleetView, isBlind = false): Promise<Actuation> {
    const round = new Round(action, fleet);
    for (const lever of this.#alarms) if (lever !== null) await round.pull(lever);
    const free = this.#capacities.filter((lever, pool) => {
      const alarms = this.#alarms[pool] ?? null;
      const isFree = alarms === null || round.stateOf(alarms) === 'settled';
      if (!isFree) round.leave(lever, 'left alone while its policies may set it');
      return isFree;
    });
    const isCut = (lever: Lever) => this.#changeOf(lever, action, fleet) < 0;
    for (const lever of free) if (!isCut(lever)) await round.pull(lever);
    if (this.#traffic !== null) await round.pull(this.#traffic);
    const isMoved = this.#traffic === null || round.stateOf(this.#traffic) !== 'pending';
    for (const lever of free.filter(isCut)) {
      if (isMoved) await round.pull(lever);
      else round.leave(lever, 'no VM is taken away before the traffic has moved');
    }
    await round.pull(isBlind ? this.#parts.functions.unasked : this.#parts.functions);
    return {
      inForce: this.#inForce(action, fleet),
      hindrances: this.#capacities.map((capacity, pool) =>
        [this.#alarms[pool] ?? null, capacity].flatMap((lever) =>
          lever === null ? [] : hindrancesOf(lever, round.of(lever)),
        ),
      ),
      said: round.results.flatMap(([lever, { said }]) => this.#news(lever, said)),
      isUnknown: round.results.some(([, { fault }]) => fault?.isUnknown ?? false),
    };
  }

  #changeOf(lever: Lever, action: Action, fleet: FleetView): number {
    return this.#parts.capacities[this.#capacities.indexOf(lever)]!.wanted(action, fleet)?.change ?? 0;
  }

  #inForce({ lambdaBatch: _, ...action }: Action, fleet: FleetView): Action {
    const { capacities, traffic, functions, profile } = this.#parts;
    const vmCounts = capacities.map((lever, pool) => lever.wanted(action, fleet)?.desired ?? action.vmCounts[pool]!);
    const memoryMb = functions.memoryMb ?? action.lambdaMemoryMb;
    return {
      ...action,
      variant: traffic !== null && 'variant' in traffic ? (traffic.variant ?? action.variant) : action.variant,
      vmCounts,
      lambdaMemoryMb: profile.lambda.memoryMb.includes(memoryMb) ? memoryMb : action.lambdaMemoryMb,
    };
  }

  #news({ name }: Lever, said: readonly string[]): readonly string[] {
    const text = said.join('\n');
    const isNews = text !== (this.#said.get(name) ?? '');
    this.#said.set(name, text);
    return isNews ? said : [];
  }
}

function hindrancesOf({ name }: Lever, { state, said }: Pulled): Hindrance[] {
  if (state !== 'disabled') return [];
  return [{ kind: 'access-denied', forbids: 'change', said: `Spillway may not change ${name} (${said.join('; ')})` }];
}
