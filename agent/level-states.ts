import type { PoolState } from '../env/types.ts';
import type { LevelState } from './level-features.ts';

const off = 0;
const booting = 1;
const on = 2;

/** The state of each level of a pool, decision by decision: levels are stacked, the ready VMs are the lowest and the booting ones above them. */
export class LevelStates {
  /** [level] Mode at the last decision, and the decision at which its VM was launched. */
  #mode = new Uint8Array(64);
  #since = new Int32Array(64).fill(-60);
  #isFirst = true;

  /** @param now the decision, counted in intervals; @param levels that are kept at least */
  remember(now: number, levels: number, state: PoolState): void {
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

  of(level: number, now: number): LevelState {
    return { mode: this.#mode[level]!, intervalsInMode: now - this.#since[level]! };
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
