import type { Policy, ServiceProfile } from '../env/types.ts';
import { createPolicy } from '../policies/registry.ts';
import { defaultReserve, targetAttainment } from '../policies/tuning/score.ts';
import { type Agent, PpoPolicy } from './policy.ts';
import { poolsFor } from './pool-stacks.ts';
import { Actor } from './ppo/forward.ts';
import type { LearnerState } from './ppo/snapshot.ts';
import type { TrainingOptions } from './training-options.ts';
import type { Best } from './training-state.ts';
import { largestShortfall, together, type ValidationResult, validate, validationScore } from './validation.ts';

/** The rule that costs are measured by on validation. */
const rival = 'ski-rental';

/** Judges agents on the validation workloads, by every service that they are trained for. */
export class Judge {
  readonly #options: TrainingOptions;
  #rival: Promise<ValidationResult> | null = null;

  constructor(options: TrainingOptions) {
    this.#options = options;
  }

  /** The attainment that is aimed at, in the promise's reserve. */
  get target(): number {
    return targetAttainment(this.#options.profile, defaultReserve);
  }

  /** @param state of the network that is in question, after so many steps of PPO */
  async judge(state: LearnerState, steps: number, agent: Agent): Promise<Best> {
    const { profile, prices } = this.#options;
    const names = agent.pools.map((pool) => profile.pools[pool]!.name);
    const validation = await this.#validate((one) => {
      const pools = one === profile ? agent.pools : poolsFor(names, one, prices);
      return new PpoPolicy('ppo', one, prices, { ...agent, pools });
    });
    const score = validationScore(validation, await this.#rule(), this.target);
    return { state, steps, validation, levelScore: null, score };
  }

  /** Of some stacks of pools the one on which this level network is cheapest. */
  async cheapestPools(
    level: LearnerState,
    stacks: readonly (readonly number[])[],
  ): Promise<{ readonly pools: readonly number[]; readonly bestLevel: Best }> {
    const found: { pools: readonly number[]; bestLevel: Best }[] = [];
    for (const pools of stacks) {
      const agent = { level: new Actor(level), service: null, pools };
      found.push({ pools, bestLevel: await this.judge(level, 0, agent) });
    }
    return found.reduce((best, one) => (one.bestLevel.score < best.bestLevel.score ? one : best));
  }

  /** How far the attainment falls short where it does so most. */
  async shortfall({ validation }: Best): Promise<number> {
    return largestShortfall(validation, await this.#rule(), this.target);
  }

  /** What the rival, with its default parameters, does. */
  async #rule(): Promise<ValidationResult> {
    this.#rival ??= this.#validate((one) => createPolicy(rival, one, this.#options.prices));
    return this.#rival;
  }

  async #validate(makePolicy: (profile: ServiceProfile) => Policy): Promise<ValidationResult> {
    const { profile, also, prices, validation, seed } = this.#options;
    const results: ValidationResult[] = [];
    for (const one of [profile, ...also]) {
      results.push(await validate(one, prices, validation, seed, () => makePolicy(one)));
    }
    return together(results);
  }
}
