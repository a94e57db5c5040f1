import type { Scenario } from './demand-outlook.ts';
import type { PriceLevel } from './fleet-plan.ts';
import type { LevelHorizon, LevelPrice } from './level-horizon.ts';
import { LevelUse } from './level-use.ts';

/**
 * `together`: one plan for the mean use over the scenarios, as if nothing were learnt on the way. `apart`: a plan for each scenario, as if
 * after the first step it were known which one it is; its costs are the mean over them.
 */
export type Planning = 'together' | 'apart';

/** What some scenarios use of the levels. */
interface ScenarioUse {
  /** Levels below are always in full use. */
  readonly firstPartial: number;
  /** Those from here on never. */
  readonly firstUnused: number;
  /** Of the levels between. */
  readonly use: LevelUse;
}

/** What each level costs over scenarios of the demand. */
export class ScenarioPrices {
  readonly #horizon: LevelHorizon;
  readonly #uses: readonly ScenarioUse[];
  readonly #always: (bootSteps: number) => LevelPrice;
  readonly #never: (bootSteps: number) => LevelPrice;
  /** VMs, in the busiest bin of all. */
  readonly mostBusy: number;
  /** Levels above are never used, or cannot be had. */
  readonly levels: number;

  /**
   * @param scenarios [scenario][step][bin] VMs that the demand keeps busy
   * @param mostLevels VMs at most
   */
  constructor(horizon: LevelHorizon, scenarios: readonly Scenario[], planning: Planning, mostLevels: number) {
    const steps = scenarios[0]!.length;
    const groups = planning === 'apart' ? scenarios.map((one) => [one]) : [scenarios];
    this.#horizon = horizon;
    this.mostBusy = extremes(scenarios).most;
    this.levels = Math.min(mostLevels, Math.ceil(this.mostBusy));
    this.#uses = groups.map((group) => useOf(group, mostLevels));
    this.#always = this.#steady(new Float64Array(steps).fill(1));
    this.#never = this.#steady(new Float64Array(steps));
  }

  readonly price: PriceLevel = (level, bootSteps) => {
    let without = 0;
    let withIt = 0;
    for (const one of this.#uses) {
      const priced = this.#priceIn(one, level, bootSteps);
      without += priced.without / this.#uses.length;
      withIt += priced.with / this.#uses.length;
    }
    return { without, with: withIt };
  };

  #priceIn({ firstPartial, firstUnused, use }: ScenarioUse, level: number, bootSteps: number): LevelPrice {
    if (level < firstPartial) return this.#always(bootSteps);
    if (level >= firstUnused) return this.#never(bootSteps);
    return this.#horizon.price(use.of(level), bootSteps);
  }

  /** The price of a level whose use no scenario changes; told once for each boot. */
  #steady(use: Float64Array): (bootSteps: number) => LevelPrice {
    const known = new Map<number, LevelPrice>();
    return (bootSteps) => {
      const priced = known.get(bootSteps) ?? this.#horizon.price(use, bootSteps);
      known.set(bootSteps, priced);
      return priced;
    };
  }
}

/** VMs that the demand keeps busy, in the idlest and in the busiest bin. */
function extremes(scenarios: readonly Scenario[]): { readonly least: number; readonly most: number } {
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
  return { least, most };
}

function useOf(scenarios: readonly Scenario[], mostLevels: number): ScenarioUse {
  const steps = scenarios[0]!.length;
  const { least, most } = extremes(scenarios);
  const firstPartial = Math.min(mostLevels, Math.floor(least));
  const firstUnused = Math.min(mostLevels, Math.ceil(most));
  const use = new LevelUse(steps, firstUnused, firstPartial);
  const only = scenarios.length === 1 ? scenarios[0]! : null;
  for (let step = 0; step < steps; step++) use.tell(step, only?.[step] ?? scenarios.flatMap((one) => one[step]!));
  return { firstPartial, firstUnused, use };
}
