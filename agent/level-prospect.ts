import { LevelHorizon } from '../policies/planning/level-horizon.ts';
import type { DemandHistory } from './demand-history.ts';
import type { Seen } from './fleet-sizer.ts';
import type { LevelState } from './level-features.ts';
import type { LevelPool } from './level-terms.ts';
import { type Precedent, precedents } from './precedents.ts';

/** Nothing that comes later counts, so it is some boots long; and half as long as the planner `mpc` looks ahead by default. */
const horizonSeconds = 900;
const horizonBoots = 5;

/** What came after a precedent. */
interface Path {
  /** The first interval of it; what is not known yet goes on as it is. */
  readonly from: number;
  /** VMs that a request per second of then keeps busy now. */
  readonly unitsPerRate: number;
  /** VMs kept busy, in the idlest bin and in the busiest. */
  readonly least: number;
  readonly most: number;
}

/**
 * What a level gains by being on, by precedents: after each of them the cheapest way through the next minutes is found for a level that is on from now,
 * and for one that is off (dynamic programming, as in the planner `mpc`), and the mean difference is the gain. No network is in it.
 */
export class LevelProspect {
  readonly #levels: LevelPool;
  readonly #memory: number;
  readonly #steps: number;
  /** By the price that is in force. */
  #horizon: LevelHorizon;
  #ratio: number;
  /** [state] Intervals of boot to go: off, then so many intervals after the launch, then on. */
  readonly #boots: readonly number[];
  /** [state] The gain of a level that is in full use all the time, and of one that never is. */
  #always: Float64Array;
  #never: Float64Array;
  /** [step] Of one level on one path; filled anew for each. */
  readonly #use: Float64Array;
  #seen: Seen | null = null;
  #paths: readonly Path[] = [];
  /** [state] Of one level; filled anew for each. */
  readonly #sums: Float64Array;
  /** [level, state] What was asked for since the last look. */
  #gains = new Float64Array(0);
  /** [level] The look at which its gains were last asked for. */
  #askedAt = new Int32Array(0);
  #looks = 0;

  constructor(levels: LevelPool, decisionSeconds: number) {
    const { ratio, bootIntervals, drainIntervals } = levels.terms;
    const steps = Math.ceil(Math.max(horizonSeconds / decisionSeconds, horizonBoots * bootIntervals));
    this.#levels = levels;
    this.#ratio = ratio;
    this.#steps = steps;
    this.#memory = Math.ceil(86_400 / decisionSeconds);
    this.#horizon = new LevelHorizon({ ratio, bootSteps: bootIntervals, drainSteps: drainIntervals }, steps);
    this.#boots = bootsOf(bootIntervals);
    this.#use = new Float64Array(steps);
    this.#sums = new Float64Array(this.#boots.length);
    [this.#always, this.#never] = [this.#steady(1), this.#steady(0)];
  }

  /** Takes in what is known at a decision: one interval of demand at least. */
  look(seen: Seen): void {
    const steps = this.#use.length;
    this.#seen = seen;
    this.#price(seen.terms.ratio);
    this.#paths = precedents(seen.history, this.#memory).map((one) =>
      pathOf(one, seen, steps, this.#levels.vmPerSecond),
    );
    this.#looks++;
  }

  /** Elsewhere costs something else from now on, where credit answers. */
  #price(ratio: number): void {
    if (Math.abs(ratio / this.#ratio - 1) < 1e-3) return;
    this.#ratio = ratio;
    const { bootIntervals, drainIntervals } = this.#levels.terms;
    this.#horizon = new LevelHorizon({ ratio, bootSteps: bootIntervals, drainSteps: drainIntervals }, this.#steps);
    [this.#always, this.#never] = [this.#steady(1), this.#steady(0)];
  }

  /** In the price of one VM for one interval. @param level from 0, above what the pools before this one serve */
  gain(level: number, { mode, intervalsInMode }: LevelState): number {
    if (this.#askedAt[level] !== this.#looks) this.#ask(level);
    const last = this.#boots.length - 1;
    const state = mode === 0 ? 0 : mode === 2 ? last : Math.max(1, Math.min(intervalsInMode, last - 1));
    return this.#gains[level * this.#boots.length + state]!;
  }

  #ask(level: number): void {
    this.#makeRoom(level);
    const sums = this.#meanGains(level);
    this.#gains.set(sums, level * sums.length);
    this.#askedAt[level] = this.#looks;
  }

  /** Reused by the next level. */
  #meanGains(level: number): Float64Array {
    const { history, served } = this.#seen!;
    const above = level + served / this.#levels.vmPerSecond;
    const sums = this.#sums.fill(0);
    for (const path of this.#paths) {
      if (path.least >= above + 1) add(this.#always, sums);
      else if (path.most <= above) add(this.#never, sums);
      else {
        writeUse(history, path, above, this.#use);
        this.#horizon.addSavings(this.#use, this.#boots, sums);
      }
    }
    for (let state = 0; state < sums.length; state++) sums[state]! /= this.#paths.length;
    return sums;
  }

  #makeRoom(level: number): void {
    if (level < this.#askedAt.length) return;
    const [gains, askedAt] = [this.#gains, this.#askedAt];
    this.#gains = new Float64Array(2 * (level + 1) * this.#boots.length);
    this.#askedAt = new Int32Array(2 * (level + 1));
    this.#gains.set(gains);
    this.#askedAt.set(askedAt);
  }

  #steady(use: number): Float64Array {
    const gains = new Float64Array(this.#boots.length);
    this.#horizon.addSavings(this.#use.fill(use), this.#boots, gains);
    return gains;
  }
}

/** A boot that takes longer than foreseen needs a tenth of it more. */
function bootsOf(bootIntervals: number): number[] {
  const booting = Math.max(1, Math.ceil(bootIntervals) - 1);
  const left = Array.from({ length: booting }, (_, done) => Math.max(bootIntervals / 10, bootIntervals - 1 - done));
  return [bootIntervals, ...left, 0];
}

/** Metrics are late, so the first intervals are over when it is decided. */
function pathOf(
  { interval, scale }: Precedent,
  { history, terms, sparedShare = 0 }: Seen,
  steps: number,
  vmPerSecond: number,
): Path {
  const { peaks, troughs, length } = history;
  const unitsPerRate = ((1 - sparedShare) * scale) / vmPerSecond;
  const from = Math.min(length - 1, interval + 1 + terms.delayIntervals);
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (let at = from; at < Math.min(length, from + steps); at++) {
    if (troughs[at]! < least) least = troughs[at]!;
    if (peaks[at]! > most) most = peaks[at]!;
  }
  return { from, unitsPerRate, least: least * unitsPerRate, most: most * unitsPerRate };
}

function writeUse(history: DemandHistory, { from, unitsPerRate }: Path, above: number, use: Float64Array): void {
  const known = Math.min(use.length, history.length - from);
  for (let step = 0; step < known; step++) use[step] = history.levelUse(from + step, above, unitsPerRate);
  use.fill(use[known - 1]!, known);
}

function add(gains: Float64Array, sums: Float64Array): void {
  for (let state = 0; state < sums.length; state++) sums[state]! += gains[state]!;
}
