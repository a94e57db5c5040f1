import type { Random } from '../env/random.ts';
import type { LevelSource } from './level-episode.ts';
import { type LevelShare, OwnLevelShare } from './level-share.ts';
import { LevelThread } from './level-thread.ts';
import { computesInThread, selectedBackend } from './ppo/backend.ts';
import type { Learner } from './ppo/learner.ts';
import type { PricedShare } from './ppo/priced-share.ts';

/** Shares of an update, however many cores there are: the weights must not depend on the machine. */
const shareCount = 2;

/** Those who work on an update together: this thread, and a second one where the backend computes on the processor. */
export class LevelCrew {
  readonly #shares: readonly LevelShare[];

  private constructor(shares: readonly LevelShare[]) {
    this.#shares = shares;
  }

  /** @param threads false: all in this thread, to the same end */
  static async start(threads = true): Promise<LevelCrew> {
    // From sources there is no compiled worker to start.
    const isThreaded = threads && computesInThread() && import.meta.url.endsWith('.js');
    const second = isThreaded ? await LevelThread.start(selectedBackend()) : new OwnLevelShare();
    return new LevelCrew([second, new OwnLevelShare()]);
  }

  async open(source: LevelSource): Promise<void> {
    await Promise.all(this.#shares.map((share) => share.open(source)));
  }

  /** Lets every share draw its episodes and price the learner's policy on them. */
  async price(
    learner: Learner,
    episodes: number,
    multiplier: number,
    random: Random,
  ): Promise<{ readonly shares: readonly PricedShare[]; readonly meanRegret: number }> {
    const policy = learner.snapshot();
    const crew = this.#shares.slice(0, Math.min(shareCount, episodes));
    const tasks = crew.map((_, index) => ({
      policy,
      episodes: Math.floor(((index + 1) * episodes) / crew.length) - Math.floor((index * episodes) / crew.length),
      multiplier,
      seed: random.bits(),
    }));
    const priced = await Promise.all(crew.map((share, index) => share.price(tasks[index]!)));
    const intervals = priced.reduce((sum, one) => sum + one.intervals, 0);
    return {
      shares: priced.map((moments, index) => ({
        moments,
        differentiate: (parameters, minibatch) => crew[index]!.differentiate(parameters, minibatch),
      })),
      meanRegret: priced.reduce((sum, one) => sum + (one.meanRegret * one.intervals) / intervals, 0),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#shares.map((share) => share.close()));
  }
}
