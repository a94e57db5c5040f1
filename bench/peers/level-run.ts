import type { LevelSource } from '../../agent/level-episode.ts';
import { LevelWorlds } from '../../agent/level-worlds.ts';
import { LevelYardstick } from '../../agent/level-yardstick.ts';
import { readProfile } from '../../env/profile.ts';
import { Random } from '../../env/random.ts';
import { exampleSource } from '../ppo.ts';

/** What every learner learns in and is judged by: the same for the same seed, in any process. */
export interface LevelRun {
  readonly source: LevelSource;
  readonly worlds: LevelWorlds;
  /** Fixed episodes of demand that nobody learnt from. */
  readonly drawExam: () => LevelYardstick;
}

const examEpisodes = 96;

export async function levelRun(worldCount: number, seed: number): Promise<LevelRun> {
  const source = await exampleSource('peers', 120);
  const { slo } = await readProfile('examples/image-classifier.yaml');
  const examined = await exampleSource('exam of peers', 60);
  return {
    source,
    worlds: new LevelWorlds(source, slo.attainment, worldCount, Random.seeded(seed, 'peers')),
    drawExam: () => new LevelYardstick(examined, examEpisodes, Random.seeded(1, 'exam of peers')),
  };
}
