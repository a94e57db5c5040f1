import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputProblem } from '../env/problem.ts';
import { runFolders, writeLatest } from './run-folder.ts';
import type { TrainingState } from './training-state.ts';

/**
 * Writes the states of one run, and ends it where another run has written into the same folder meanwhile: each would take the other's agent for its
 * own. It needs no lock, which a killed run would leave behind: it looks whether what lies there is what it wrote.
 */
export class SoleWriter {
  readonly #folder: string;
  /** What lay there when this run last looked; null: nothing. */
  #known: string | null;

  private constructor(folder: string, known: string | null) {
    this.#folder = folder;
    this.#known = known;
  }

  static async at(folder: string): Promise<SoleWriter> {
    return new SoleWriter(folder, await newestIn(folder));
  }

  async write(state: TrainingState, fingerprint: string, wallSeconds: number): Promise<void> {
    await this.check();
    await writeLatest(this.#folder, state, fingerprint, wallSeconds);
    this.#known = await newestIn(this.#folder);
  }

  /** @throws InputProblem where another run has written */
  async check(): Promise<void> {
    if ((await newestIn(this.#folder)) === this.#known) return;
    throw new InputProblem(
      `Another training has written into ${this.#folder} since this one began, so this one ends and overwrites nothing: give each an --out of its own.`,
    );
  }
}

/** It holds the seconds that the run has taken, and so is another after each segment of each run. */
function newestIn(folder: string): Promise<string | null> {
  return readFile(join(runFolders(folder).latest, 'resume.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}
