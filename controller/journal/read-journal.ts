import { readFile, stat } from 'node:fs/promises';
import type { IntentNote, JournalEntry, JournalLine, MissedNote, PastNote } from './journal-entry.ts';
import { journalFiles } from './journal-files.ts';
import { lineIn } from './line-in.ts';

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
 * All files of a journal, the oldest first. A line that is none of a journal is told, not thrown: the lines around it are still the truth.
 * `since` leaves out files that were put aside before it, in milliseconds since 1970. Throws ENOENT where there is no journal.
 */
export async function readJournal(path: string, since = -Infinity): Promise<JournalContent> {
  const lines: JournalLine[] = [];
  const brokenLines: number[] = [];
  for (const [index, line] of (await linesOf(path, since)).entries()) {
    if (line === '') continue;
    const read = lineIn(line);
    if (read === null) brokenLines.push(index + 1);
    else lines.push(read);
  }
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

/** Read again where a file was put aside meanwhile: its lines would be missing, or be there twice. */
async function linesOf(path: string, since: number): Promise<string[]> {
  const files = await journalFiles(path);
  const read = await textsOf(files.length === 0 ? [path] : files, path, since).catch(
    (error: unknown) => error as Error,
  );
  const after = await journalFiles(path);
  if (after.join('\n') !== files.join('\n')) return linesOf(path, since);
  if (read instanceof Error) throw read;
  return read.flatMap((text) => text.split('\n'));
}

async function textsOf(files: readonly string[], newest: string, since: number): Promise<string[]> {
  const texts: string[] = [];
  for (const file of files) {
    const isWanted = file === newest || (await stat(file)).mtimeMs >= since;
    if (isWanted) texts.push(await readFile(file, 'utf8'));
  }
  return texts;
}
