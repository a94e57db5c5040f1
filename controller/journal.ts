import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InputProblem } from '../env/problem.ts';
import type { JournalEntry } from './journal-entry.ts';

/** Append-only: what was decided stays written. */
export interface Journal {
  /** Resolves when the line has left this process: a crash of Spillway loses nothing that was appended. */
  append(entry: JournalEntry): Promise<void>;
  close(): Promise<void>;
}

export interface JournalOptions {
  /** Wait after each line until the disk has it, so that a crash of the machine loses nothing either. */
  readonly fsync: boolean;
}

/** Opens or creates the file, and its folder. A last line that a crash cut short is ended, and stays as it is. */
export async function openJournal(path: string, options: JournalOptions): Promise<Journal> {
  const file = await openToAppend(path);
  await endHalfLine(file);
  return {
    async append(entry) {
      await file.appendFile(`${JSON.stringify(entry)}\n`);
      if (options.fsync) await file.sync();
    },
    close: () => file.close(),
  };
}

async function openToAppend(path: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return await open(path, 'a+');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new InputProblem(
      `The journal ${path} cannot be opened for writing (${code}); name another file with --journal.`,
    );
  }
}

async function endHalfLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  if (size === 0) return;
  const last = new Uint8Array(1);
  await file.read(last, 0, 1, size - 1);
  if (last[0] !== 0x0a) await file.appendFile('\n');
}

export interface JournalContent {
  readonly entries: readonly JournalEntry[];
  /** Numbers, from 1, of the lines that a crash cut short. */
  readonly brokenLines: readonly number[];
}

/** A line that is no JSON is told, not thrown: the lines around it are still the truth. */
export async function readJournal(path: string): Promise<JournalContent> {
  const entries: JournalEntry[] = [];
  const brokenLines: number[] = [];
  const lines = (await readFile(path, 'utf8')).split('\n');
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    try {
      entries.push(JSON.parse(line) as JournalEntry);
    } catch {
      brokenLines.push(index + 1);
    }
  }
  return { entries, brokenLines };
}
