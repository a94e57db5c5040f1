import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputProblem } from '../env/problem.ts';

/** The files that were named, and all in the folders that were, as S3 keeps the logs of a load balancer: by year, month and day. Hidden ones are not meant. */
export async function logFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory() !== true) files.push(path);
    else files.push(...(await filesIn(path)));
  }
  return files;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((one) => one.isFile() && !one.name.startsWith('.'));
  if (files.length === 0)
    throw new InputProblem(`${folder}: is a folder without files: name one that holds access logs.`);
  return files.map((one) => join(one.parentPath, one.name)).sort();
}
