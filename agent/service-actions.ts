import type { Action, Observation, ServiceProfile } from '../env/types.ts';
import type { Setting } from '../policies/setting.ts';
import { type Spill, spillLate } from '../policies/spill.ts';
import { type ServiceOptions, type TierOption, usualOptions, type VariantOption } from './service-options.ts';
import type { WaitPace } from './wait-pace.ts';

/** Turns the chosen options of the three heads into an action; what the profile lacks falls back to what the rules take. */
export class ServiceActions {
  readonly #options: ServiceOptions;
  readonly #pace: WaitPace | null;
  /** [variant option][spill option] */
  readonly #spills: readonly (readonly Spill[])[];

  /** @param pace shortens the waits of every option; null: they are as the options say */
  constructor(profile: ServiceProfile, setting: Setting, options: ServiceOptions, pace: WaitPace | null = null) {
    this.#options = options;
    this.#pace = pace;
    this.#spills = options.variants.map((option) => {
      const variant = option?.variant ?? setting.choice.variant;
      const changed = { ...setting, profile, choice: { ...setting.choice, variant } };
      return options.spills.map((knobs) => spillLate(changed, knobs));
    });
  }

  /** @param chosen [head] variant, Lambda tier, spillover */
  action(
    chosen: ArrayLike<number>,
    vmCounts: readonly number[],
    seen: Pick<Observation, 'arrivals' | 'pools'>,
  ): Action {
    const action = {
      variant: this.variant(chosen).variant,
      vmCounts,
      lambdaMemoryMb: this.tier(chosen).memoryMb,
      spillover: this.#spills[chosen[0]!]![chosen[2]!]!(seen),
    };
    return this.#pace?.shortened(action) ?? action;
  }

  variant(chosen: ArrayLike<number>): VariantOption {
    return this.#options.variants[chosen[0]!] ?? this.#options.variants[usualOptions[0]!]!;
  }

  tier(chosen: ArrayLike<number>): TierOption {
    return this.#options.tiers[chosen[1]!] ?? this.#options.tiers[usualOptions[1]!]!;
  }
}
