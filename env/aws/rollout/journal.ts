import { open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../make-folder.ts';
import { planSchema, type RolloutPlan } from './plan.ts';

/** Where the newest rollout of a function is kept across restarts. */
export interface RolloutJournal {
  /** The file of it, for whoever must look after it. */
  readonly place: string;
  /** Null: there has been none. Throws where it cannot be read, since nobody then knows what was begun. */
  read(): Promise<RolloutPlan | null>;
  /** Once it returns, the plan survives the machine. */
  write(plan: RolloutPlan): Promise<void>;
}

/** One file per function, written beside itself and renamed, so that a reader finds the plan before or after and nothing between. */
export class FileRolloutJournal implements RolloutJournal {
  readonly place: string;

  constructor(folder: string, functionName: string) {
    this.place = join(folder, `${functionName.replaceAll(/[^\w.-]/g, '_')}.rollout.json`);
  }

  async read(): Promise<RolloutPlan | null> {
    let text: string;
    try {
      text = await readFile(this.place, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    return planSchema.parse(JSON.parse(text));
  }

  async write(plan: RolloutPlan): Promise<void> {
    await makeFolder(dirname(this.place));
    const beside = `${this.place}.new`;
    await synced(beside, 'w', (file) => file.writeFile(`${JSON.stringify(plan)}\n`));
    await rename(beside, this.place);
    // The new name is in the folder, which has to reach the disk too.
    await synced(dirname(this.place), 'r', async () => {});
  }
}

async function synced(
  path: string,
  flags: string,
  use: (file: Awaited<ReturnType<typeof open>>) => Promise<void>,
): Promise<void> {
  const file = await open(path, flags);
  try {
    await use(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** For shadow mode, whose plans must never be taken up by a live run. */
export class MemoryRolloutJournal implements RolloutJournal {
  readonly place = 'memory';
  #plan: RolloutPlan | null = null;

  async read(): Promise<RolloutPlan | null> {
    return this.#plan;
  }

  async write(plan: RolloutPlan): Promise<void> {
    this.#plan = plan;
  }
}
