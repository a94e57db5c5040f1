import type { PoolState, VmPool } from '../env/types.ts';
import type { DemandHistory } from './demand-history.ts';
import { levelFeatures, writeLevelFeatures } from './level-features.ts';
import type { LevelPool } from './level-terms.ts';
import type { Actor } from './ppo/forward.ts';

const off = 0;
const booting = 1;
const on = 2;

/** How the levels of a pool voted. */
export interface FleetVote {
  readonly vms: number;
  /** Levels below this are always on, above `upTo` always off; between them the network decides. */
  readonly from: number;
  readonly upTo: number;
}

/** Asks the network about every level that the load of the last half hour could need, and counts those that vote to be on. */
export class FleetSizer {
  readonly #actor: Actor;
  readonly #pool: VmPool;
  readonly #levels: LevelPool;
  /** [level] Mode at the last decision, and the decision at which its VM was launched. */
  #mode = new Uint8Array(64);
  #since = new Int32Array(64).fill(-60);
  #features = new Float32Array(0);
  #logits = new Float32Array(0);
  #isFirst = true;

  constructor(actor: Actor, pool: VmPool, levels: LevelPool) {
    this.#actor = actor;
    this.#pool = pool;
    this.#levels = levels;
  }

  /**
   * @param history what is known, in requests per second
   * @param now the decision, counted in intervals
   * @param served requests per second that the pools before this one in the stack serve
   */
  vote(history: DemandHistory, now: number, served: number, state: PoolState): FleetVote {
    const unitsPerRate = 1 / this.#levels.vmPerSecond;
    const below = served * unitsPerRate;
    const { least, most } = loadRange(history, 30);
    const from = clamp(Math.floor(0.5 * least * unitsPerRate - below), this.#pool.min, this.#pool.max);
    const upTo = clamp(Math.ceil(1.5 * most * unitsPerRate - below) + 2, from, this.#pool.max);
    this.#remember(now, Math.max(upTo, state.ready + state.booting), state);
    const count = upTo - from;
    this.#makeRoom(count);
    for (let row = 0; row < count; row++) {
      const level = from + row;
      writeLevelFeatures(
        history,
        0,
        history.length,
        level + below,
        unitsPerRate,
        {
          mode: this.#mode[level]!,
          intervalsInMode: now - this.#since[level]!,
        },
        this.#levels.terms,
        this.#features,
        row * levelFeatures.length,
      );
    }
    this.#actor.logitsBatch(this.#features, count, this.#logits);
    let votes = 0;
    for (let row = 0; row < count; row++) if (this.#logits[2 * row + 1]! > this.#logits[2 * row]!) votes++;
    return { vms: from + votes, from, upTo };
  }

  /** Levels are stacked: the ready VMs are the lowest, the booting ones above them. */
  #remember(now: number, levels: number, state: PoolState): void {
    while (this.#mode.length <= levels) this.#grow();
    for (let level = 0; level <= levels; level++) {
      const mode = level < state.ready ? on : level < state.ready + state.booting ? booting : off;
      const before = this.#mode[level]!;
      // What is found at the first decision has been there for nobody knows how long.
      if ((mode === off) !== (before === off) && !this.#isFirst) this.#since[level] = now - 1;
      this.#mode[level] = mode;
    }
    this.#isFirst = false;
  }

  #makeRoom(count: number): void {
    if (this.#features.length >= count * levelFeatures.length) return;
    this.#features = new Float32Array(2 * count * levelFeatures.length);
    this.#logits = new Float32Array(2 * count * 2);
  }

  #grow(): void {
    const size = this.#mode.length;
    const mode = new Uint8Array(2 * size);
    const since = new Int32Array(2 * size).fill(-60);
    mode.set(this.#mode);
    since.set(this.#since);
    this.#mode = mode;
    this.#since = since;
  }
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
