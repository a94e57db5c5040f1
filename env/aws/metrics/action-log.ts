import type { Action } from '../../types.ts';

const rememberedMs = 3_600_000;

/** Which action was in force when. */
export class ActionLog {
  #entries: { readonly atMs: number; readonly action: Action }[] = [];

  get last(): Action | null {
    return this.#entries.at(-1)?.action ?? null;
  }

  did(atMs: number, action: Action): void {
    const kept = this.#entries.filter((one) => one.atMs > atMs - rememberedMs && one.atMs < atMs);
    this.#entries = [...kept, { atMs, action }];
  }

  /** Before the first action is known, the first one: what it found was most likely in force. Null: none yet. */
  at(timeMs: number): Action | null {
    return (this.#entries.findLast(({ atMs }) => atMs <= timeMs) ?? this.#entries[0])?.action ?? null;
  }
}
