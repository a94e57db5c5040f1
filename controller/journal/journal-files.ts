import { readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/*
 * A journal that has grown to its size is put aside as `journal.jsonl.1`, the next one as `.2`, and so on: a name never changes again,
 * and one rename puts a file aside.
 */

/** Numbers of the files that were put aside, the oldest first. */
export async function rotatedNumbers(path: string): Promise<number[]> {
  const prefix = `${basename(path)}.`;
  const names = await readdir(dirname(path));
  return names
    .filter((name) => name.startsWith(prefix) && /^[1-9]\d*$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((one, other) => one - other);
}

/** The files of a journal that are there, the oldest first. */
export async function journalFiles(path: string): Promise<string[]> {
  const rotated = (await rotatedNumbers(path)).map((number) => `${path}.${number}`);
  return (await isThere(path)) ? [...rotated, path] : rotated;
}

/** Puts the file aside and removes the oldest ones beyond `keep`. */
export async function rotate(path: string, keep: number): Promise<void> {
  const numbers = await rotatedNumbers(path);
  const next = (numbers.at(-1) ?? 0) + 1;
  await rename(path, `${path}.${next}`);
  for (const number of numbers.filter((one) => one <= next - keep)) await unlink(join(`${path}.${number}`));
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
