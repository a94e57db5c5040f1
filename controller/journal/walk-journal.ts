import { type FileHandle, open } from 'node:fs/promises';
import type { JournalLine } from './journal-entry.ts';
import { journalFiles } from './journal-files.ts';
import { lineIn } from './line-in.ts';

/** Told of each line in its order; null: it was cut short, lacks something, or is none of a journal. Numbers begin at 1 and go on over all files. */
export type Visit = (line: JournalLine | null, number: number) => void;

/**
 * Goes through all files of a journal, the oldest first, and keeps none of it: a day of a hundred services is a quarter of a gigabyte, and
 * more than a string may hold where a simulation's journal is one file. `since` leaves out files that were put aside before it, in
 * milliseconds since 1970. Throws ENOENT where there is no journal.
 */
export async function walkJournal(path: string, since: number, visit: Visit): Promise<void> {
  const files = await openAll(path, since);
  let number = 0;
  try {
    for (const file of files) {
      for await (const texts of linesOf(file)) {
        for (const text of texts) {
          number++;
          if (text !== '') visit(lineIn(text), number);
        }
      }
    }
  } finally {
    await closeAll(files);
  }
}

/** Opened before the first is read: what is put aside or removed meanwhile is still read, once. Looked for again where that happens in between. */
async function openAll(path: string, since: number): Promise<readonly FileHandle[]> {
  const names = await journalFiles(path);
  const files: FileHandle[] = [];
  const failure = await (async () => {
    for (const name of names.length === 0 ? [path] : names) {
      const file = await open(name);
      files.push(file);
      if (name !== path && (await file.stat()).mtimeMs < since) await files.pop()!.close();
    }
    return null;
  })().catch((error: unknown) => error as Error);
  if ((await journalFiles(path)).join('\n') !== names.join('\n')) {
    await closeAll(files);
    return openAll(path, since);
  }
  if (failure === null) return files;
  await closeAll(files);
  throw failure;
}

async function closeAll(files: readonly FileHandle[]): Promise<void> {
  for (const file of files) await file.close();
}

/** Many at a time, since each time costs. Only a newline ends one: U+2028, which node:readline takes for an end too, stands in JSON as it is. */
async function* linesOf(file: FileHandle): AsyncGenerator<readonly string[]> {
  let rest = '';
  const chunks = file.createReadStream({ encoding: 'utf8', start: 0, autoClose: false, highWaterMark: 1 << 20 });
  for await (const chunk of chunks) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop()!;
    yield lines;
  }
  if (rest !== '') yield [rest];
}
