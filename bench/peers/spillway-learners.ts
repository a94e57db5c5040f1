import { LevelCrew } from '../../agent/level-crew.ts';
import { episodeIntervals } from '../../agent/level-episode.ts';
import { levelFeatures } from '../../agent/level-features.ts';
import { improveLevels } from '../../agent/level-segment.ts';
import { levelLessons } from '../../agent/level-teacher.ts';
import { selectBackend } from '../../agent/ppo/backend.ts';
import { collectRollout } from '../../agent/ppo/collect.ts';
import { Learner } from '../../agent/ppo/learner.ts';
import type { Rollout } from '../../agent/ppo/rollout.ts';
import { trainingDefaults } from '../../agent/training-options.ts';
import { Random } from '../../env/random.ts';
import { type LevelRun, levelRun } from './level-run.ts';

/** What a learner came to. */
export interface Learnt {
  readonly steps: number;
  readonly seconds: number;
  readonly processorSeconds: number;
  /** Over the plan with hindsight, on the exam. */
  readonly cost: number;
}

/** How long it learns, by which clock. */
export interface Limit {
  readonly seconds: number;
  readonly clock: 'wall' | 'processor';
}

const rolloutSteps = 32;

/** As what the learners in Python are given (bench/peers/learner.py). */
const settings = {
  ...trainingDefaults.levelHyperparameters,
  sharedTrunk: false,
  epochs: 4,
  annealLearningRate: false,
  annealEntropy: false,
  klLimit: null,
};

/** PPO with drawn actions, by the core that trains the service network. */
export async function learnSampled(worldCount: number, seed: number, limit: Limit): Promise<Learnt> {
  await selectBackend('wasm');
  const run = await levelRun(worldCount, seed);
  const learner = Learner.create(run.worlds, settings, Random.seeded(seed, 'sampled'));
  let rollout: Rollout | undefined;
  return measure(learner, run, limit, async () => {
    rollout = await collectRollout(run.worlds, learner, rolloutSteps, 0, rollout);
    await learner.update(rollout, 0);
    return worldCount * rolloutSteps;
  });
}

const lessonEpisodes = 512;

/** As `train` does it on levels: PPO without dice, after a lesson if there is to be one. */
export async function learnPriced(worldCount: number, seed: number, limit: Limit, hasLesson = true): Promise<Learnt> {
  await selectBackend('wasm');
  const run = await levelRun(worldCount, seed);
  const random = Random.seeded(seed, 'priced');
  const levelHyperparameters = { ...settings, sharedTrunk: true, epochs: trainingDefaults.levelHyperparameters.epochs };
  const shape = { observationSize: levelFeatures.length, heads: [2] };
  const learner = Learner.create(shape, levelHyperparameters, random);
  const seen = new Float32Array(worldCount * levelFeatures.length);
  run.worlds.observe(seen);
  learner.normalizer.update(seen, worldCount);
  const crew = await LevelCrew.start();
  const levelEpisodes = trainingDefaults.sizes.levelEpisodes;
  const sizes = { levelEpisodes, updatesPerSegment: 1 };
  const part = {
    learner,
    crew,
    source: run.source,
    random,
    multiplier: 0,
    segment: 0,
    segments: 1,
    validation: null,
    sizes,
  };
  try {
    let isTaught = !hasLesson;
    return await measure(learner, run, limit, async () => {
      if (!isTaught) {
        isTaught = true;
        const rows = levelLessons(run.source, lessonEpisodes, 0, random);
        const options = { epochs: 2, minibatchSize: 2048, learningRate: 1e-3 };
        await learner.imitate(rows.observations, rows.masks, rows.labels, rows.weights, options);
        return lessonEpisodes * episodeIntervals;
      }
      await improveLevels(part, () => {});
      return levelEpisodes * episodeIntervals;
    });
  } finally {
    await crew.close();
  }
}

async function measure(learner: Learner, run: LevelRun, limit: Limit, iterate: () => Promise<number>): Promise<Learnt> {
  const before = process.cpuUsage();
  const start = performance.now();
  const read = () => {
    const { user, system } = process.cpuUsage(before);
    return { seconds: (performance.now() - start) / 1000, processorSeconds: (user + system) / 1e6 };
  };
  const passed = () => (limit.clock === 'wall' ? read().seconds : read().processorSeconds);
  let steps = 0;
  while (passed() < limit.seconds) steps += await iterate();
  const reading = read();
  const cost = await run.drawExam().score(learner);
  learner.dispose();
  return { steps, ...reading, cost };
}
