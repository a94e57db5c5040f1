import type { Action } from '../../types.ts';
import { faultOf } from '../calls/classify.ts';
import type { FleetView } from '../fleet/fleet-view.ts';
import { type Lever, type Pulled, pending } from './lever.ts';

/** What came of each lever for one action. */
export class Round {
  readonly #action: Action;
  readonly #fleet: FleetView;
  readonly #pulled = new Map<Lever, Pulled>();

  constructor(action: Action, fleet: FleetView) {
    this.#action = action;
    this.#fleet = fleet;
  }

  /** In the order in which they were pulled or left. */
  get results(): readonly (readonly [Lever, Pulled])[] {
    return [...this.#pulled];
  }

  of(lever: Lever): Pulled {
    return this.#pulled.get(lever)!;
  }

  stateOf(lever: Lever): Pulled['state'] {
    return this.of(lever).state;
  }

  /** One lever that breaks does not keep the others from being pulled. */
  async pull(lever: Lever): Promise<void> {
    try {
      this.#pulled.set(lever, await lever.pull(this.#action, this.#fleet));
    } catch (error) {
      this.#pulled.set(lever, pending(`${lever.name}: ${faultOf(error, 'pulling it').said}`));
    }
  }

  leave(lever: Lever, why: string): void {
    this.#pulled.set(lever, pending(`${lever.name}: ${why}`));
  }
}
