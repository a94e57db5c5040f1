import type { Random } from '../env/random.ts';
import { endOfLifeCost, keepsWarm, type LevelInterval, levelInterval, servingShare } from './level-economy.ts';
import { drawEpisode, episodeIntervals, type LevelEpisode, type LevelSource } from './level-episode.ts';
import { type LevelState, levelFeatures, writeLevelFeatures } from './level-features.ts';
import type { Worlds, WorldsStep } from './worlds.ts';

const off = 0;
const booting = 1;
const on = 2;

/**
 * Levels as worlds that are stepped by drawn actions: one head, off or on. Rewards are in the price of one VM for one interval: minus the cost,
 * plus what a full VM would have cost, so that they lie around 0 at every level.
 */
export class LevelWorlds implements Worlds {
  readonly count: number;
  readonly observationSize = levelFeatures.length;
  readonly heads = [2];
  readonly #source: LevelSource;
  readonly #attainment: number;
  readonly #random: Random;
  readonly #episodes: LevelEpisode[];
  /** [world] */
  readonly #now: Int32Array;
  readonly #mode: Uint8Array;
  readonly #inMode: Float32Array;
  readonly #bootLeft: Float32Array;
  readonly #sinceSpill: Float32Array;
  readonly #interval: LevelInterval = { cost: 0, missed: 0, spilled: 0 };

  constructor(source: LevelSource, attainment: number, count: number, random: Random) {
    this.count = count;
    this.#source = source;
    this.#attainment = attainment;
    this.#random = random;
    this.#now = new Int32Array(count);
    this.#mode = new Uint8Array(count);
    this.#inMode = new Float32Array(count);
    this.#bootLeft = new Float32Array(count);
    this.#sinceSpill = new Float32Array(count);
    this.#episodes = Array.from({ length: count }, (_, world) => this.#begin(world));
    // Worlds end at different times, none beyond the end of its trace.
    for (const [world, { history, start }] of this.#episodes.entries()) {
      this.#now[world]! += random.below(Math.min(episodeIntervals, history.length - start));
    }
  }

  #begin(world: number): LevelEpisode {
    const random = this.#random;
    const episode = drawEpisode(this.#source, random);
    this.#now[world] = episode.start;
    const draw = random.uniform();
    this.#mode[world] = draw < 0.4 ? off : draw < 0.9 ? on : booting;
    this.#bootLeft[world] = this.#mode[world] === booting ? random.uniform() * episode.terms.bootIntervals : 0;
    this.#inMode[world] =
      this.#mode[world] === booting ? episode.terms.bootIntervals - this.#bootLeft[world]! : random.below(60);
    this.#sinceSpill[world] = random.below(20);
    return episode;
  }

  state(world: number): LevelState & { readonly intervalsSinceSpill: number } {
    return {
      mode: this.#mode[world]!,
      intervalsInMode: this.#inMode[world]!,
      intervalsSinceSpill: this.#sinceSpill[world]!,
    };
  }

  observe(into: Float32Array): void {
    for (let world = 0; world < this.count; world++) this.#write(world, into);
  }

  mask(into: Uint8Array): void {
    into.fill(1);
  }

  step(actions: Int32Array, result: WorldsStep): void {
    for (let world = 0; world < this.count; world++) {
      const paid = this.#choose(world, actions[world]!);
      this.#pass(world, paid, result);
      const isCut = this.#isOver(world);
      result.truncated[world] = isCut ? 1 : 0;
      if (!isCut) continue;
      this.#write(world, result.finalObservations);
      this.#episodes[world] = this.#begin(world);
    }
  }

  /** Switches the level, and returns what switching costs at once. */
  #choose(world: number, action: number): number {
    const { terms } = this.#episodes[world]!;
    const mode = this.#mode[world]!;
    if (action === 1 && mode === off) {
      this.#mode[world] = booting;
      this.#inMode[world] = 0;
      this.#bootLeft[world] = this.#random.lognormal(terms.bootIntervals, terms.bootSigma);
      return 0;
    }
    if (action === 1 || mode === off) return 0;
    const paid = endOfLifeCost(terms, mode === on, this.#inMode[world]!);
    this.#mode[world] = off;
    this.#inMode[world] = 0;
    return paid;
  }

  /** Lets the interval pass. */
  #pass(world: number, paid: number, result: WorldsStep): void {
    const { history, terms, level, unitsPerRate } = this.#episodes[world]!;
    const use = history.levelUse(this.#now[world]!, level, unitsPerRate);
    const mode = this.#mode[world]!;
    const serving = mode === off ? 0 : mode === on ? 1 : servingShare(this.#bootLeft[world]!);
    levelInterval(terms, use, mode !== off, serving, this.#sinceSpill[world]!, this.#interval);
    result.rewards[world] = use - this.#interval.cost - paid;
    result.violations[world] = this.#interval.missed - (1 - this.#attainment) * use;
    this.#now[world]!++;
    this.#inMode[world]!++;
    this.#sinceSpill[world] = keepsWarm(this.#interval.spilled) ? 0 : this.#sinceSpill[world]! + 1;
    if (mode === booting && --this.#bootLeft[world]! <= 0) this.#mode[world] = on;
  }

  #isOver(world: number): boolean {
    const { start, history } = this.#episodes[world]!;
    return this.#now[world]! >= Math.min(start + episodeIntervals, history.length);
  }

  #write(world: number, into: Float32Array): void {
    const { history, first, level, unitsPerRate, terms } = this.#episodes[world]!;
    const known = Math.max(first, this.#now[world]! - terms.delayIntervals);
    const state = this.state(world);
    writeLevelFeatures(history, first, known, level, unitsPerRate, state, terms, into, world * this.observationSize);
  }
}
