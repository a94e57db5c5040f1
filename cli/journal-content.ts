import { open } from 'node:fs/promises';
import { type Visit, walkJournal } from '../controller/journal/walk-journal.ts';
import { InputProblem } from '../env/problem.ts';
import { checkFileWritable } from './write-file.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EISDIR: 'is a folder',
  EACCES: 'may not be read',
};

/** Goes through the journal that `--journal` names, and keeps none of it; of files that were put aside before `sinceMs` none. */
export async function walkContent(path: string, sinceMs: number, visit: Visit): Promise<void> {
  await walkJournal(path, sinceMs, visit).catch((cause) => unreadable(path, cause));
}

function unreadable(path: string, cause: NodeJS.ErrnoException): never {
  const code = cause.code ?? 'unknown error';
  const reason = reasons[code] ?? `cannot be read (${code})`;
  throw new InputProblem(`--journal ${path}: ${reason}; name the file that \`spillway run\` wrote.`, { cause });
}

/** Refuses a file that cannot be written to, and one that holds something else, which lines would be appended to. */
export async function checkJournal(path: string): Promise<void> {
  await checkFileWritable(path, '--journal');
  const file = await open(path).catch(() => null);
  if (file === null) return;
  try {
    if (!(await file.stat()).isFile()) return;
    const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, 0);
    if (bytesRead === 0 || buffer.toString() === '{') return;
  } finally {
    await file.close();
  }
  throw new InputProblem(`--journal ${path}: is there already, and is no journal; name another file.`);
}
