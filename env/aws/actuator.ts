import type { Hindrance } from '../hindrance.ts';
import type { Action, ServiceProfile } from '../types.ts';
import type { Actuates, Actuation } from './actuation.ts';
import type { CapacityLever } from './capacity-lever.ts';
import { faultOf } from './classify.ts';
import type { FleetView } from './fleet-view.ts';
import { type Lever, type Pulled, pending } from './lever.ts';
import { RestedLever } from './rested-lever.ts';
import type { FunctionLever } from './rollout/function-lever.ts';
import type { RouterLever } from './router-lever.ts';
import type { RuleLever } from './rule-lever.ts';

export interface ActuatorParts {
  readonly profile: ServiceProfile;
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
  readonly #capacities: readonly Lever[];
  readonly #traffic: Lever | null;
  /** By lever: what it said last, to be said again only when it changes. */
  readonly #said = new Map<string, string>();

  constructor(parts: ActuatorParts) {
    const rested = (lever: Lever) => new RestedLever(lever, parts.nowMs, parts.random);
    this.#parts = parts;
    this.#capacities = parts.capacities.map(rested);
    this.#traffic = parts.traffic && rested(parts.traffic);
  }

  get written(): readonly (number | null)[] {
    return this.#parts.capacities.map(({ written }) => written);
  }

  /** Somebody else had the fleet, and what they made of it is where Spillway begins again. */
  forget(): void {
    for (const capacity of this.#parts.capacities) capacity.forget();
  }

  async apply(action: Action, fleet: FleetView): Promise<Actuation> {
    const isCut = this.#parts.capacities.map((lever) => (lever.wanted(action, fleet)?.change ?? 0) < 0);
    const pulled = new Map<Lever, Pulled>();
    const pull = async (lever: Lever) => void pulled.set(lever, await pullOf(lever, action, fleet));
    for (const [pool, lever] of this.#capacities.entries()) if (!isCut[pool]) await pull(lever);
    if (this.#traffic !== null) await pull(this.#traffic);
    const hasMoved = this.#traffic === null || pulled.get(this.#traffic)!.state !== 'pending';
    for (const [pool, lever] of this.#capacities.entries()) {
      if (isCut[pool] && hasMoved) await pull(lever);
      else if (isCut[pool])
        pulled.set(lever, pending(`${lever.name}: no VM is taken away before the traffic has moved`));
    }
    await pull(this.#parts.functions);
    const results = [...pulled];
    return {
      inForce: this.#inForce(action, fleet),
      hindrances: this.#capacities.map((lever) => hindrancesOf(lever, pulled.get(lever)!)),
      said: results.flatMap(([lever, { said }]) => this.#news(lever, said)),
      isUnknown: results.some(([, { fault }]) => fault?.isUnknown ?? false),
    };
  }

  #inForce(action: Action, fleet: FleetView): Action {
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

/** One lever that breaks does not keep the others from being pulled. */
async function pullOf(lever: Lever, action: Action, fleet: FleetView): Promise<Pulled> {
  try {
    return await lever.pull(action, fleet);
  } catch (error) {
    return pending(`${lever.name}: ${faultOf(error, 'pulling it').said}`);
  }
}

function hindrancesOf({ name }: Lever, { state, said }: Pulled): readonly Hindrance[] {
  if (state !== 'disabled') return [];
  return [{ kind: 'access-denied', forbids: 'change', said: `Spillway may not change ${name} (${said.join('; ')})` }];
}
