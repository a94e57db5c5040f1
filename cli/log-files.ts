import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { InputProblem } from '../env/problem.ts';

/** The files that were named, and all in the folders that were, as S3 keeps the logs of a load balancer: by year, month and day. What is hidden is not meant, and each file once. */
export async function logFiles(paths: readonly string[]): Promise<string[]> {
  const files = new Map<string, string>();
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    for (const file of found?.isDirectory() === true ? await filesIn(path) : [path]) {
      const place = await realpath(file).catch(() => file);
      if (!files.has(place)) files.set(place, file);
    }
  }
  return [...files.values()];
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const meant = files.filter(
    (file) =>
      !relative(folder, file)
        .split(sep)
        .some((part) => part.startsWith('.')),
  );
  if (meant.length === 0)
    throw new InputProblem(`${folder}: is a folder without files: name one that holds access logs.`);
  return meant.sort();
}
