import type { IntentNote, JournalEntry, JournalLine, MissedNote, PastNote } from './journal-entry.ts';
import { walkJournal } from './walk-journal.ts';

export interface JournalContent {
  /** The decisions. */
  readonly entries: readonly JournalEntry[];
  readonly intents: readonly IntentNote[];
  readonly missed: readonly MissedNote[];
  readonly pasts: readonly PastNote[];
  /** Numbers, from 1 and over all files, of the lines that a crash cut short, that lack something, or that are none of a journal. */
  readonly brokenLines: readonly number[];
}

/**
 * All that a journal holds, at once. A line that is none of a journal is told, not thrown: the lines around it are still the truth.
 * Throws ENOENT where there is no journal.
 */
export async function readJournal(path: string): Promise<JournalContent> {
  const lines: JournalLine[] = [];
  const brokenLines: number[] = [];
  await walkJournal(path, Number.NEGATIVE_INFINITY, (line, number) => {
    if (line === null) brokenLines.push(number);
    else lines.push(line);
  });
  // Before there were kinds, every line was a decision.
  const ofKind = <T extends JournalLine>(kind: T['kind']) =>
    lines.filter((line): line is T => (line.kind ?? 'decision') === kind);
  return {
    entries: ofKind<JournalEntry>('decision'),
    intents: ofKind<IntentNote>('intent'),
    missed: ofKind<MissedNote>('missed'),
    pasts: ofKind<PastNote>('past'),
    brokenLines,
  };
}
