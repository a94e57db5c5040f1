import type { Scenario } from './demand-outlook.ts';
import type { PriceLevel } from './fleet-plan.ts';
import type { LevelHorizon, LevelPrice } from './level-horizon.ts';
import { LevelUse } from './level-use.ts';

/**
 * `together`: one plan for the mean use over the scenarios, as if nothing were learnt on the way. `apart`: a plan for each scenario, as if
 * after the first step it were known which one it is; its costs are the mean over them.
 */
export type Planning = 'together' | 'apart';

/** What each level costs over scenarios of the demand. */
export class ScenarioPrices {
  readonly #horizon: LevelHorizon;
  readonly #uses: readonly LevelUse[];
  /** Levels from here on are used in part in some step of some scenario; those below are all alike. */
  readonly #firstPartial: number;
  /** [boot steps] Of the levels that are always in use. */
  readonly #always = new Map<number, LevelPrice>();
  /** VMs, in the busiest bin of all. */
  readonly mostBusy: number;
  /** Levels above are never used, or cannot be had. */
  readonly levels: number;

  /**
   * @param scenarios [scenario][step][bin] VMs that the demand keeps busy
   * @param mostLevels VMs at most
   */
  constructor(horizon: LevelHorizon, scenarios: readonly Scenario[], planning: Planning, mostLevels: number) {
    this.#horizon = horizon;
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    for (const scenario of scenarios) {
      for (const bins of scenario) {
        for (const busy of bins) {
          least = Math.min(least, busy);
          most = Math.max(most, busy);
        }
      }
    }
    this.#firstPartial = Math.floor(least);
    this.mostBusy = most;
    this.levels = Math.min(mostLevels, Math.ceil(most));
    this.#uses = planning === 'apart' ? scenarios.map((one) => this.#useOf([one])) : [this.#useOf(scenarios)];
  }

  #useOf(scenarios: readonly Scenario[]): LevelUse {
    const steps = scenarios[0]!.length;
    const use = new LevelUse(steps, this.levels);
    for (let step = 0; step < steps; step++)
      use.tell(step, scenarios.length === 1 ? scenarios[0]![step]! : scenarios.flatMap((one) => one[step]!));
    return use;
  }

  readonly price: PriceLevel = (level, bootSteps) => {
    if (level >= this.#firstPartial) return this.#meanPrice(level, bootSteps);
    const known = this.#always.get(bootSteps) ?? this.#meanPrice(level, bootSteps);
    this.#always.set(bootSteps, known);
    return known;
  };

  #meanPrice(level: number, bootSteps: number): LevelPrice {
    let without = 0;
    let withIt = 0;
    for (const use of this.#uses) {
      const priced = this.#horizon.price(use.of(level), bootSteps);
      without += priced.without / this.#uses.length;
      withIt += priced.with / this.#uses.length;
    }
    return { without, with: withIt };
  }
}
