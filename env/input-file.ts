import { readFile } from 'node:fs/promises';
import { InputProblem } from './problem.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

/** The text of a file that a person named; `noun` says what it should have been. */
export async function readInput(path: string, noun: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new InputProblem(
      `${path}: cannot read the ${noun}, ${reasons[code] ?? code}: give the path of a readable file.`,
      {
        cause,
      },
    );
  }
}
