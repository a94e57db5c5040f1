import type { Random } from '../random.ts';
import type { Action, Environment, Observation, Outcome, ServiceProfile } from '../types.ts';
import type { Engine } from './engine.ts';
import { MetricsPipeline } from './metrics.ts';

/** A simulated world as an Environment: the engine is what happens, the pipeline what is known of it. */
export class Simulator implements Environment {
  readonly #profile: ServiceProfile;
  readonly #engine: Engine;
  readonly #metrics: MetricsPipeline;
  #timeSeconds = 0;
  #lastAction: Action | null = null;

  constructor(profile: ServiceProfile, engine: Engine, random: Random) {
    this.#profile = profile;
    this.#engine = engine;
    this.#metrics = new MetricsPipeline(profile, random);
  }

  async observe(): Promise<Observation> {
    return {
      timeSeconds: this.#timeSeconds,
      ...this.#metrics.read(this.#timeSeconds),
      pools: this.#engine.pools(),
      lastAction: this.#lastAction,
    };
  }

  async step(action: Action): Promise<Outcome> {
    const interval = this.#engine.advance(action);
    this.#lastAction = action;
    this.#timeSeconds += this.#profile.decisionSeconds;
    this.#metrics.publish(interval, this.#timeSeconds);
    return interval.outcome;
  }

  async close(): Promise<void> {}
}
