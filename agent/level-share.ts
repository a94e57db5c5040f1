import { Random } from '../env/random.ts';
import { drawBatch } from './level-batch.ts';
import type { LevelSource } from './level-episode.ts';
import { priceBatch } from './level-pricing.ts';
import { Learner } from './ppo/learner.ts';
import type { Minibatch, Moments, PricedShare, ShareGradient } from './ppo/priced-share.ts';
import type { NetworkSnapshot } from './ppo/snapshot.ts';

/** What a share of an update begins with. */
export interface ShareTask {
  /** The policy of the moment. */
  readonly policy: NetworkSnapshot;
  readonly episodes: number;
  /** Price of work that misses its deadline. */
  readonly multiplier: number;
  readonly seed: number;
}

export interface PricedMoments extends Moments {
  readonly meanRegret: number;
  readonly intervals: number;
}

/** Part of the episodes of an update. They are drawn, priced and differentiated in one place, here or in another thread. */
export interface LevelShare {
  /** Draws from this source from now on. */
  open(source: LevelSource): Promise<void>;
  /** Draws fresh episodes and prices the policy on them. */
  price(task: ShareTask): Promise<PricedMoments>;
  differentiate(parameters: Float32Array, minibatch: Minibatch): Promise<ShareGradient>;
  close(): Promise<void>;
}

/** In this thread, on the backend that was selected. */
export class OwnLevelShare implements LevelShare {
  #source: LevelSource | null = null;
  #learner: Learner | null = null;
  #rows: PricedShare | null = null;

  async open(source: LevelSource): Promise<void> {
    this.#source = source;
  }

  async price({ policy, episodes, multiplier, seed }: ShareTask): Promise<PricedMoments> {
    const random = Random.seeded(seed, 'share');
    this.#learner?.dispose();
    this.#learner = Learner.restore({ ...policy, training: null }, random);
    const batch = drawBatch(this.#source!, episodes, multiplier, random);
    const logits = await this.#learner.logits(batch.observations, batch.from.at(-1)!);
    const { rows, meanRegret, intervals } = priceBatch(batch, preferences(logits), random);
    this.#rows = this.#learner.share(rows);
    return { ...this.#rows.moments, meanRegret, intervals };
  }

  differentiate(parameters: Float32Array, minibatch: Minibatch): Promise<ShareGradient> {
    return this.#rows!.differentiate(parameters, minibatch);
  }

  async close(): Promise<void> {
    this.#learner?.dispose();
    this.#learner = null;
  }
}

/** [row] The logit of "on" less that of "off". @param logits [row, off and on] */
function preferences(logits: Float32Array): Float32Array {
  return Float32Array.from({ length: logits.length / 2 }, (_, row) => logits[2 * row + 1]! - logits[2 * row]!);
}
