import type { PoolState } from '../env/types.ts';
import type { VmPool } from '../env/vm-pool.ts';
import type { DemandHistory } from './demand-history.ts';
import { levelFeatures, stateOffset, writeLevelFeatures, writeLevelState } from './level-features.ts';
import type { LevelProspect } from './level-prospect.ts';
import { LevelStates } from './level-states.ts';
import type { LevelPool, LevelTerms } from './level-terms.ts';
import type { Actor } from './ppo/forward.ts';
import { type Asking, answered, type Question } from './question.ts';

/** How the levels of a pool voted. */
export interface FleetVote {
  readonly vms: number;
  /** Levels below this are always on, above `upTo` always off; between them the network decides. */
  readonly from: number;
  readonly upTo: number;
}

/** What the network was shown of the levels in doubt, and what it said; valid until the next vote. */
export interface LevelAnswers {
  readonly from: number;
  readonly count: number;
  /** [level in doubt, feature] */
  readonly features: Float32Array;
  /** [level in doubt, off and on] */
  readonly logits: Float32Array;
}

/** What a vote is about. */
export interface Seen {
  readonly history: DemandHistory;
  readonly now: number;
  readonly served: number;
  readonly terms: LevelTerms;
  /** Price of a unit of work elsewhere where no credit answers it; absent: that of the terms. */
  readonly uncreditedRatio?: number;
  /** Share of the work that no VM is for, since the credit of the accuracy budget spares it; absent: none. */
  readonly sparedShare?: number;
}

/** What counts for "on". */
export interface Weights {
  /** So much of the network's preference, in logits. */
  readonly perLogit: number;
  /** So much of what a level gains by precedents, in the price of its full use elsewhere: what is at stake in an interval grows with that. */
  readonly perGain: number;
}

/** Levels in doubt, counted from the lowest; without `end`. */
interface Rows {
  readonly first: number;
  readonly end: number;
}

/** Asks the network about every level that the load of the last half hour could need, and counts those that vote to be on. */
export class FleetSizer {
  readonly #actor: Actor;
  readonly #pool: VmPool;
  readonly #levels: LevelPool;
  /** VMs that a request per second keeps busy. */
  readonly #unitsPerRate: number;
  readonly #beside: FleetSizer | null;
  readonly #states = new LevelStates();
  #features = new Float32Array(0);
  #logits = new Float32Array(0);
  /** Of the last vote: the first level in doubt, and how many are. */
  #from = 0;
  #count = 0;
  #seen: Seen | null = null;

  /** @param beside sizes another fleet of the same pool; where it has just voted on the same demand, its work is used again */
  constructor(actor: Actor, pool: VmPool, levels: LevelPool, beside: FleetSizer | null = null) {
    this.#actor = actor;
    this.#pool = pool;
    this.#levels = levels;
    this.#unitsPerRate = 1 / levels.vmPerSecond;
    this.#beside = beside;
  }

  /**
   * @param history what is known, in requests per second
   * @param now the decision, counted in intervals
   * @param served requests per second that the pools before this one in the stack serve
   * @param terms in force; by default those of the pool
   */
  vote(history: DemandHistory, now: number, served: number, state: PoolState, terms = this.#levels.terms): FleetVote {
    return answered(this.voting({ history, now, served, terms }, state));
  }

  /** As `vote`, step by step. @throws Error where the network says what is no number */
  *voting(seen: Seen, state: PoolState): Asking<FleetVote> {
    this.look(seen, state);
    this.#makeRoom();
    const isSeen = this.#beside?.hasSeen(seen) ?? false;
    const open = isSeen ? this.#copy(this.#beside!) : this.#show(seen);
    if (open.end > open.first) yield this.#question(open);
    return { vms: this.#from + this.#votes(), from: this.#from, upTo: this.#from + this.#count };
  }

  /** Takes in what a vote is about, and the fleet, without asking the network: what it prefers is not known then. */
  look(seen: Seen, state: PoolState): void {
    const { history, now, served } = seen;
    const unitsPerRate = this.#workPerRate(seen);
    const below = served * this.#unitsPerRate;
    const { least, most } = loadRange(history, 30);
    const from = clamp(Math.floor(0.5 * least * unitsPerRate - below), this.#pool.min, this.#pool.max);
    const upTo = clamp(Math.ceil(1.5 * most * unitsPerRate - below) + 2, from, this.#pool.max);
    this.#states.remember(now, Math.max(upTo, state.ready + state.booting), state);
    this.#from = from;
    this.#count = upTo - from;
    this.#seen = seen;
  }

  /** The fleet by another preference for "on" than the network's alone, after a vote, or after a look where the network's does not count. */
  vmsBy({ perLogit, perGain }: Weights, prospect: LevelProspect): number {
    const { now } = this.#seen!;
    const perPrice = perGain / this.#levels.terms.ratio;
    let votes = 0;
    for (let row = 0; row < this.#count; row++) {
      const level = this.#from + row;
      const network = perLogit === 0 ? 0 : perLogit * this.#preference(row);
      const gain = perGain === 0 ? 0 : perPrice * prospect.gain(level, this.#states.of(level, now));
      if (network + gain > 0) votes++;
    }
    return this.#from + votes;
  }

  /** Whether its last vote was on this: the levels in doubt are the same then, and so is what they see but for their own states. */
  hasSeen({ history, now, served, terms, sparedShare }: Seen): boolean {
    const last = this.#seen;
    if (last?.sparedShare !== sparedShare) return false;
    return last?.history === history && last.now === now && last.served === served && last.terms === terms;
  }

  /**
   * Takes over what the network was shown there, with the states of this fleet, and what it said. The levels of both fleets are in the same
   * state but for some between them, which are the open ones: a row's answer is its own.
   */
  #copy({ answers }: FleetSizer): Rows {
    const { now, terms } = this.#seen!;
    this.#features.set(answers.features);
    this.#logits.set(answers.logits);
    let [first, end] = [this.#count, 0];
    for (let row = 0; row < this.#count; row++) {
      const at = row * levelFeatures.length + stateOffset;
      writeLevelState(this.#states.of(this.#from + row, now), terms, this.#features, at);
      if (isSameState(this.#features, answers.features, at)) continue;
      first = Math.min(first, row);
      end = row + 1;
    }
    return { first, end };
  }

  #question({ first, end }: Rows): Question {
    const features = this.#features.subarray(first * levelFeatures.length);
    return { actor: this.#actor, features, count: end - first, logits: this.#logits.subarray(2 * first) };
  }

  /** Of the last vote. */
  get answers(): LevelAnswers {
    const width = levelFeatures.length;
    return {
      from: this.#from,
      count: this.#count,
      features: this.#features.subarray(0, this.#count * width),
      logits: this.#logits.subarray(0, 2 * this.#count),
    };
  }

  /** Writes what the network sees of the levels in doubt. */
  #show(seen: Seen): Rows {
    const { history, now, served, terms } = seen;
    const unitsPerRate = this.#workPerRate(seen);
    const below = served * this.#unitsPerRate;
    for (let row = 0; row < this.#count; row++) {
      const level = this.#from + row;
      const state = this.#states.of(level, now);
      const at = row * levelFeatures.length;
      writeLevelFeatures(history, 0, history.length, level + below, unitsPerRate, state, terms, this.#features, at);
    }
    return { first: 0, end: this.#count };
  }

  /** VMs that a request per second keeps busy, less what is spared. */
  #workPerRate({ sparedShare = 0 }: Seen): number {
    return this.#unitsPerRate * (1 - sparedShare);
  }

  #votes(): number {
    let votes = 0;
    for (let row = 0; row < this.#count; row++) {
      const preference = this.#preference(row);
      if (Number.isNaN(preference)) throw new Error('its network says what is no number');
      if (preference > 0) votes++;
    }
    return votes;
  }

  #preference(row: number): number {
    return this.#logits[2 * row + 1]! - this.#logits[2 * row]!;
  }

  #makeRoom(): void {
    if (this.#features.length >= this.#count * levelFeatures.length) return;
    this.#features = new Float32Array(2 * this.#count * levelFeatures.length);
    this.#logits = new Float32Array(2 * this.#count * 2);
  }
}

function isSameState(features: Float32Array, others: Float32Array, from: number): boolean {
  for (let at = from; at < from + levelFeatures.length - stateOffset; at++) {
    if (features[at] !== others[at]) return false;
  }
  return true;
}

/** Smallest mean and largest bin of the last intervals. */
function loadRange(history: DemandHistory, intervals: number): { least: number; most: number } {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (let interval = Math.max(0, history.length - intervals); interval < history.length; interval++) {
    least = Math.min(least, history.means[interval]!);
    most = Math.max(most, history.peaks[interval]!);
  }
  return { least: Math.min(least, most), most };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
