import type { Random } from '../env/random.ts';
import type { DemandHistory } from './demand-history.ts';
import { endOfLifeCost, keepsWarm, type LevelInterval, levelInterval, servingShare } from './level-economy.ts';
import { levelFeatures, writeLevelFeatures } from './level-features.ts';
import { type LevelPlan, planLevel, planState } from './level-plan.ts';
import type { LevelTerms } from './level-terms.ts';
import { drawHistory, type TrainingSet } from './training-set.ts';
import type { Worlds, WorldsStep } from './worlds.ts';

/** Where one level is drawn from: a trace with mean rate 1, and the terms that are varied around. */
export interface LevelSource {
  readonly set: TrainingSet;
  /** The terms are drawn around one of these. */
  readonly terms: readonly LevelTerms[];
  /** Log-standard deviation of the price ratio and the boot time around them. */
  readonly spread: number;
  /** Range of the fleet's mean size, drawn log-uniformly. */
  readonly meanVms: readonly [number, number];
}

export const episodeIntervals = 180;
/** Plans see this much further than the episode. */
export const lookAheadIntervals = 60;

/** One level of one service in one stretch of a trace. Demand is exogenous, so nothing else of the fleet is needed. */
export interface LevelEpisode {
  readonly history: DemandHistory;
  readonly terms: LevelTerms;
  readonly level: number;
  readonly unitsPerRate: number;
  /** First interval that was observed, and the first of the episode. */
  readonly first: number;
  readonly start: number;
}

export function drawEpisode(source: LevelSource, random: Random): LevelEpisode {
  const history = drawHistory(source.set, random);
  const terms = varyTerms(source.terms[random.below(source.terms.length)]!, source.spread, random);
  const [least, most] = source.meanVms;
  const unitsPerRate = least * (most / least) ** random.uniform();
  const start = random.below(Math.max(1, history.length - episodeIntervals));
  // Now and then a controller has just started and knows little.
  const first = random.uniform() < 0.2 ? Math.max(0, start - random.below(60)) : 0;
  const pivot = history.means[start + random.below(Math.min(episodeIntervals, history.length - start))]!;
  const level = Math.floor(pivot * unitsPerRate * 0.6 * 2.5 ** random.uniform() + random.uniform() * 0.999);
  return { history, terms, level, unitsPerRate, first, start };
}

function varyTerms(terms: LevelTerms, spread: number, random: Random): LevelTerms {
  return {
    ...terms,
    ratio: Math.max(1.02, random.lognormal(terms.ratio, spread)),
    bootIntervals: random.lognormal(terms.bootIntervals, spread),
  };
}

const off = 0;
const booting = 1;
const on = 2;

/**
 * Levels as worlds for PPO: one head, off or on. Rewards are in the price of one VM for one interval. With a discount γ they are shaped by
 * the clairvoyant cost to go V: −cost + V(now) − γV(next), so an action costs what it is dearer than the best one in hindsight.
 * Shaping by a potential leaves the best policy what it is (Ng, Harada and Russell 1999), and since V knows the demand to come,
 * its chance cancels (an input-dependent baseline: Mao et al. 2019).
 */
export class LevelWorlds implements Worlds {
  readonly count: number;
  readonly observationSize = levelFeatures.length;
  readonly heads = [2];
  readonly #source: LevelSource;
  readonly #attainment: number;
  /** Null: rewards are not shaped. */
  readonly #discount: number | null;
  readonly #random: Random;
  readonly #episodes: LevelEpisode[];
  readonly #plans: LevelPlan[] = [];
  /** [world] */
  readonly #now: Int32Array;
  readonly #mode: Uint8Array;
  readonly #inMode: Float32Array;
  readonly #bootLeft: Float32Array;
  readonly #sinceSpill: Float32Array;
  readonly #interval: LevelInterval = { cost: 0, missed: 0, spilled: 0 };

  constructor(source: LevelSource, attainment: number, count: number, random: Random, discount: number | null = null) {
    this.count = count;
    this.#source = source;
    this.#attainment = attainment;
    this.#discount = discount;
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
    if (this.#discount !== null) {
      this.#plans[world] = planLevel(episode, episodeIntervals + lookAheadIntervals, 0, this.#discount);
    }
    this.#now[world] = episode.start;
    const draw = random.uniform();
    this.#mode[world] = draw < 0.4 ? off : draw < 0.9 ? on : booting;
    this.#bootLeft[world] = this.#mode[world] === booting ? random.uniform() * episode.terms.bootIntervals : 0;
    this.#inMode[world] =
      this.#mode[world] === booting ? episode.terms.bootIntervals - this.#bootLeft[world]! : random.below(60);
    this.#sinceSpill[world] = random.below(20);
    return episode;
  }

  observe(into: Float32Array): void {
    for (let world = 0; world < this.count; world++) this.#write(world, into);
  }

  mask(into: Uint8Array): void {
    into.fill(1);
  }

  step(actions: Int32Array, result: WorldsStep): void {
    for (let world = 0; world < this.count; world++) {
      const before = this.#potential(world);
      const paid = this.#choose(world, actions[world]!);
      const used = this.#pass(world, paid, result);
      // Unshaped, what a full VM would have cost is given back, so that rewards lie around 0 at every level.
      result.rewards[world]! += this.#discount === null ? used : before - this.#discount * this.#potential(world);
      const isCut = this.#isOver(world);
      result.truncated[world] = isCut ? 1 : 0;
      if (!isCut) continue;
      this.#write(world, result.finalObservations);
      this.#episodes[world] = this.#begin(world);
    }
  }

  #potential(world: number): number {
    const plan = this.#plans[world];
    if (!plan) return 0;
    const { start, terms } = this.#episodes[world]!;
    const state = planState(plan, terms, this.#mode[world]!, this.#bootLeft[world]!);
    return plan.costToGo[(this.#now[world]! - start) * plan.states + state]!;
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

  /** Lets the interval pass, and returns how much of the level was used. */
  #pass(world: number, paid: number, result: WorldsStep): number {
    const { history, terms, level, unitsPerRate } = this.#episodes[world]!;
    const use = history.levelUse(this.#now[world]!, level, unitsPerRate);
    const mode = this.#mode[world]!;
    const serving = mode === off ? 0 : mode === on ? 1 : servingShare(this.#bootLeft[world]!);
    levelInterval(terms, use, mode !== off, serving, this.#sinceSpill[world]!, this.#interval);
    result.rewards[world] = -this.#interval.cost - paid;
    result.violations[world] = this.#interval.missed - (1 - this.#attainment) * use;
    this.#now[world]!++;
    this.#inMode[world]!++;
    this.#sinceSpill[world] = keepsWarm(this.#interval.spilled) ? 0 : this.#sinceSpill[world]! + 1;
    if (mode === booting && --this.#bootLeft[world]! <= 0) this.#mode[world] = on;
    return use;
  }

  #isOver(world: number): boolean {
    const { start, history } = this.#episodes[world]!;
    return this.#now[world]! >= Math.min(start + episodeIntervals, history.length);
  }

  #write(world: number, into: Float32Array): void {
    const { history, first, level, unitsPerRate, terms } = this.#episodes[world]!;
    const state = {
      mode: this.#mode[world]!,
      intervalsInMode: this.#inMode[world]!,
      intervalsSinceSpill: this.#sinceSpill[world]!,
    };
    const known = Math.max(first, this.#now[world]! - terms.delayIntervals);
    writeLevelFeatures(history, first, known, level, unitsPerRate, state, terms, into, world * this.observationSize);
  }
}
