import type { Random } from '../env/random.ts';
import { drawBatch, type LevelBatch } from './level-batch.ts';
import type { LevelSource } from './level-episode.ts';
import { evaluateLevel } from './level-evaluation.ts';
import type { Learner } from './ppo/learner.ts';

/** A fixed lot of episodes by which policies are told apart: what a level costs over what the plan with hindsight would. */
export class LevelYardstick {
  readonly #batch: LevelBatch;
  readonly #best: number;

  constructor(source: LevelSource, episodes: number, random: Random) {
    this.#batch = drawBatch(source, episodes, 0, random);
    this.#best = this.#costs(null);
  }

  /** [row, feature] What the levels see, as observed. */
  get observations(): Float32Array {
    return this.#batch.observations;
  }

  /** [row] How many there are. */
  get rows(): number {
    return this.#batch.from.at(-1)!;
  }

  /** 1 would be hindsight. The policy does what is likeliest, as the agent does. */
  async score(learner: Learner): Promise<number> {
    const logits = await learner.logits(this.#batch.observations, this.rows);
    const chances = Float32Array.from({ length: logits.length / 2 }, (_, row) => {
      return logits[2 * row + 1]! > logits[2 * row]! ? 1 : 0;
    });
    return this.scoreOf(chances);
  }

  /** As `score`, of what any policy would do. @param chances [row] 1: on, 0: off */
  scoreOf(chances: Float32Array): number {
    return this.#costs(chances) / this.#best;
  }

  /** Of all levels, half of them beginning off, half on. */
  #costs(chances: Float32Array | null): number {
    const { models, from } = this.#batch;
    const gains = new Float32Array(from.at(-1)!);
    return models.reduce((sum, model, episode) => {
      const costs = evaluateLevel(model, chances, gains, from[episode]!);
      return sum + (costs[0]! + costs[model.boots]!) / 2;
    }, 0);
  }
}
