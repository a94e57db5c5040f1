import type { BulkReads } from './bulk-reads.ts';

/** From its observation to its acts a tick takes no longer than this, unless something hangs. */
const recentMs = 5000;

/** The groups of one service, asked for once a tick: what its observation found serves its kill switch and its router too. */
export class RecentGroups {
  /** In a rehearsal the twin's. */
  readonly #nowMs: () => number;
  #last: { readonly key: string; readonly atMs: number; readonly groups: ReturnType<BulkReads['groups']> } | null =
    null;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Asks, and remembers. */
  asking<Reads extends BulkReads>(reads: Reads): Reads {
    return { ...reads, groups: (names) => this.#ask(reads, names) };
  }

  /** Asks only where nothing is remembered, it is too old, or it is a failure. */
  remembering(reads: BulkReads): BulkReads {
    return { ...reads, groups: async (names) => (await this.#remembered(names)) ?? this.#ask(reads, names) };
  }

  #ask(reads: BulkReads, names: readonly string[]): ReturnType<BulkReads['groups']> {
    const groups = reads.groups(names);
    this.#last = { key: names.join(), atMs: this.#nowMs(), groups };
    return groups;
  }

  async #remembered(names: readonly string[]): Promise<Awaited<ReturnType<BulkReads['groups']>> | null> {
    const last = this.#last;
    if (last === null || last.key !== names.join() || Math.abs(this.#nowMs() - last.atMs) > recentMs) return null;
    const groups = await last.groups;
    return names.some((name) => 'kind' in groups.get(name)!) ? null : groups;
  }
}
