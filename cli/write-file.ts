import { access, constants, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { makeFolder } from '../env/make-folder.ts';
import { InputProblem } from '../env/problem.ts';

/** The disk did not take it: full, read-only, or gone. */
export class WriteFailure extends Error {
  override readonly name = 'WriteFailure';

  constructor(path: string, cause: Error) {
    super(`${path} cannot be written (${cause.message}).`, { cause });
  }
}

/**
 * Writes a temporary sibling and renames it, so that a reader never sees half a file; makes missing folders. A link stays one, and what is no
 * regular file, as /dev/null, is written to as it is: a rename would put a file in its place.
 */
export async function writeFileAtomically(named: string, content: string | Uint8Array): Promise<void> {
  const path = await realpath(named).catch(() => named);
  const found = await stat(path).catch(() => null);
  if (found !== null && !found.isFile()) return writeFile(path, content);
  const folder = dirname(resolve(path));
  const temporary = join(folder, `.${basename(path)}.${process.pid}.tmp`);
  try {
    await makeFolder(folder);
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new WriteFailure(path, cause as Error);
  }
}

/** Refuses a file that could not be written later, or that is read as well; writes nothing. `inputs`: files, or traces with a part after @. */
export async function checkFileWritable(
  path: string,
  option: string,
  inputs: readonly (string | undefined)[] = [],
): Promise<void> {
  const place = await placeOf(path);
  for (const input of inputs) {
    if (input === undefined || (await placeOf(input.replace(/@[^/]*$/, ''))) !== place) continue;
    throw new InputProblem(`${option} ${path}: is what this command reads, and would be lost; name another file`);
  }
  const found = await stat(resolve(path)).catch(() => null);
  if (found?.isDirectory()) throw new InputProblem(`${option} ${path}: is a folder; name a file`);
  await checkFolderWritable(dirname(resolve(path)), option);
}

function placeOf(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

/** Refuses a file that is there already. */
export async function checkFileNew(path: string, option: string): Promise<void> {
  const found = await stat(resolve(path)).catch(() => null);
  if (found !== null)
    throw new InputProblem(`${option} ${path}: is there already; name a new file, or move the old one`);
}

/** Refuses a folder that could not be made or written to later; makes nothing. */
export async function checkFolderWritable(path: string, option: string): Promise<void> {
  let folder = resolve(path);
  let found = await stat(folder).catch(() => null);
  while (found === null && dirname(folder) !== folder) {
    folder = dirname(folder);
    found = await stat(folder).catch(() => null);
  }
  if (!found?.isDirectory()) throw new InputProblem(`${option} ${path}: ${folder} is not a folder; name another place`);
  await access(folder, constants.W_OK).catch(() => {
    throw new InputProblem(
      `${option} ${path}: ${folder} is not writable; name another place or change its permissions`,
    );
  });
}
