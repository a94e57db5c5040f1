import type { Worlds, WorldsStep } from '../../../agent/worlds.ts';
import { Random } from '../../../env/random.ts';

/** Shows a number of every head, one-hot, and pays for naming it; may forbid one wrong option of the first head. */
export class IdentityWorlds implements Worlds {
  readonly count: number;
  readonly heads: readonly number[];
  readonly observationSize: number;
  readonly #random = Random.seeded(5, 'identity');
  readonly #shown: Int32Array; // [world, head]
  readonly #episodeSteps: number;
  readonly #forbid: boolean;
  #time = 0;

  constructor(count: number, heads: readonly number[], { episodeSteps = 16, forbid = false } = {}) {
    this.count = count;
    this.heads = heads;
    this.observationSize = heads.reduce((sum, head) => sum + head, 0);
    this.#shown = new Int32Array(count * heads.length);
    this.#episodeSteps = episodeSteps;
    this.#forbid = forbid;
    this.#show();
  }

  observe(into: Float32Array): void {
    into.fill(0);
    for (let at = 0; at < this.#shown.length; at++) into[this.#offset(at) + this.#shown[at]!] = 1;
  }

  mask(into: Uint8Array): void {
    into.fill(1);
    if (!this.#forbid) return;
    for (let world = 0; world < this.count; world++)
      into[this.#offset(world * this.heads.length) + this.forbidden(world)] = 0;
  }

  /** The option of the first head that the world forbids now: the one after the right one. */
  forbidden(world: number): number {
    return (this.#shown[world * this.heads.length]! + 1) % this.heads[0]!;
  }

  step(actions: Int32Array, result: WorldsStep): void {
    this.#time++;
    const end = this.#time % this.#episodeSteps === 0;
    result.rewards.fill(0);
    for (let at = 0; at < actions.length; at++) {
      const world = Math.floor(at / this.heads.length);
      if (actions[at] === this.#shown[at]) result.rewards[world] = result.rewards[world]! + 1 / this.heads.length;
    }
    result.violations.fill(0.5);
    result.truncated.fill(end ? 1 : 0);
    this.#show();
    if (end) this.observe(result.finalObservations);
  }

  /** Where the options of a head of a world begin, given its place in [world, head]. */
  #offset(at: number): number {
    const world = Math.floor(at / this.heads.length);
    const before = this.heads.slice(0, at % this.heads.length).reduce((sum, head) => sum + head, 0);
    return world * this.observationSize + before;
  }

  #show(): void {
    for (let at = 0; at < this.#shown.length; at++) {
      this.#shown[at] = this.#random.below(this.heads[at % this.heads.length]!);
    }
  }
}
