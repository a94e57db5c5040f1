import type { Observation } from '../../env/types.ts';
import type { Setting } from '../setting.ts';
import { presentVms, withinPool } from '../setting.ts';
import { FleetRanks } from './fleet-ranks.ts';
import type { LevelPrice } from './level-horizon.ts';

/** What one level costs over the horizon, by what is done with it now; `bootSteps` is how far it is from serving. */
export type PriceLevel = (level: number, bootSteps: number) => LevelPrice;

/** How many levels are worth having now, each judged by itself, given where each of them stands. */
export class FleetPlan {
  readonly #setting: Setting;
  readonly #ranks: FleetRanks;
  readonly #stepSeconds: number;

  constructor(setting: Setting, stepSeconds: number) {
    this.#setting = setting;
    this.#ranks = new FleetRanks(setting);
    this.#stepSeconds = stepSeconds;
  }

  /** @param levels those above are not worth a look; what there is beyond goes */
  vms(observation: Observation, levels: number, price: PriceLevel): number {
    const { bootSeconds, max } = this.#setting;
    const standing = this.#ranks.bootSeconds(observation);
    let worth = 0;
    for (let level = 0; level < Math.min(levels, max); level++) {
      const priced = price(level, (standing[level] ?? bootSeconds) / this.#stepSeconds);
      // Where both cost the same, nothing changes.
      const isThere = level < standing.length;
      if (isThere ? priced.with <= priced.without : priced.with < priced.without) worth++;
    }
    const vms = withinPool(this.#setting, worth);
    this.#ranks.ask(observation.timeSeconds, vms);
    return vms;
  }

  /** Holds what there is. */
  hold(observation: Observation): number {
    const vms = withinPool(this.#setting, presentVms(this.#setting, observation));
    this.#ranks.bootSeconds(observation);
    this.#ranks.ask(observation.timeSeconds, vms);
    return vms;
  }
}
