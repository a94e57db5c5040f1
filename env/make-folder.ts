import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those that it is in. Not by the `recursive` of node:fs, which tries for ever where the kernel says of a place that is there
 * that nothing is (ENOENT: mkdir in /proc).
 */
export async function makeFolder(path: string): Promise<void> {
  const outer = dirname(path);
  try {
    await makeOne(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || outer === path) throw error;
    await makeFolder(outer);
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
