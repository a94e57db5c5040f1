import { LevelCrew } from '../agent/level-crew.ts';
import { episodeIntervals, type LevelSource } from '../agent/level-episode.ts';
import { levelFeatures } from '../agent/level-features.ts';
import { improveLevels } from '../agent/level-segment.ts';
import { levelStack } from '../agent/level-terms.ts';
import { LevelWorlds } from '../agent/level-worlds.ts';
import { selectBackend } from '../agent/ppo/backend.ts';
import { collectRollout } from '../agent/ppo/collect.ts';
import { defaultHyperparameters } from '../agent/ppo/hyperparameters.ts';
import { Learner } from '../agent/ppo/learner.ts';
import type { Rollout } from '../agent/ppo/rollout.ts';
import { ServiceWorlds } from '../agent/service-worlds.ts';
import { trainingDefaults } from '../agent/training-options.ts';
import { trainingSet } from '../agent/training-set.ts';
import type { Worlds } from '../agent/worlds.ts';
import { defaultPrices } from '../env/prices.ts';
import { readProfile } from '../env/profile.ts';
import { Random } from '../env/random.ts';
import { cheapestChoice } from '../policies/economics.ts';

export interface PpoFigures {
  readonly backend: string;
  readonly worlds: 'levels' | 'services';
  /** Simulate, infer, update: the median over the iterations. */
  readonly stepsPerSecond: number;
  readonly collectSeconds: number;
  readonly updateSeconds: number;
}

const rolloutSteps = 32;

/** PPO end to end in the worlds that training uses: 128-128 network with a shared trunk, 4 epochs, minibatches of 4,096. */
export async function benchPpo(
  kind: 'levels' | 'services' = 'levels',
  { iterations = 7, sharedTrunk = true } = {},
): Promise<PpoFigures> {
  const backend = await selectBackend('wasm');
  const worlds = await exampleWorlds(kind);
  const learner = Learner.create(worlds, { ...defaultHyperparameters, sharedTrunk, klLimit: null }, Random.seeded(1));
  const collectSeconds: number[] = [];
  const updateSeconds: number[] = [];
  let rollout: Rollout | undefined;
  for (let iteration = -1; iteration < iterations; iteration++) {
    const start = performance.now();
    rollout = await collectRollout(worlds, learner, rolloutSteps, 0, rollout);
    const between = performance.now();
    await learner.update(rollout, 0);
    if (iteration < 0) continue; // warm-up
    collectSeconds.push((between - start) / 1000);
    updateSeconds.push((performance.now() - between) / 1000);
  }
  learner.dispose();
  const collect = median(collectSeconds);
  const update = median(updateSeconds);
  const stepsPerSecond = (worlds.count * rolloutSteps) / (collect + update);
  return { backend, worlds: kind, stepsPerSecond, collectSeconds: collect, updateSeconds: update };
}

/** Levels as `train` improves them: draw episodes, price the policy in every state, update; with the network that ships. */
export async function benchLevels(
  iterations = 4,
  threads = true,
): Promise<{ readonly backend: string; readonly stepsPerSecond: number }> {
  const backend = await selectBackend('wasm');
  const source = await exampleSource();
  const shape = { observationSize: levelFeatures.length, heads: [2] };
  const random = Random.seeded(1, 'bench levels');
  const learner = Learner.create(shape, { ...trainingDefaults.levelHyperparameters, klLimit: null }, random);
  const { levelEpisodes } = trainingDefaults.sizes;
  const sizes = { levelEpisodes, updatesPerSegment: 1 };
  const seconds: number[] = [];
  const crew = await LevelCrew.start(threads);
  for (let iteration = -1; iteration < iterations; iteration++) {
    const start = performance.now();
    const part = { learner, crew, source, random, multiplier: 0, segment: 0, segments: 1, validation: null, sizes };
    await improveLevels(part, () => {});
    if (iteration >= 0) seconds.push((performance.now() - start) / 1000); // the first is a warm-up
  }
  await crew.close();
  learner.dispose();
  return { backend, stepsPerSecond: (levelEpisodes * episodeIntervals) / median(seconds) };
}

/** Levels of examples/image-classifier.yaml on synthetic demand, which the label decides. */
export async function exampleSource(label = 'bench', syntheticCount = 16): Promise<LevelSource> {
  const profile = await readProfile('examples/image-classifier.yaml');
  const { decisionSeconds, metrics } = profile;
  const { meanVms, spread, anyService } = trainingDefaults;
  const sizes = { ...trainingDefaults.set, syntheticCount, decisionSeconds, binSeconds: metrics.binSeconds };
  const set = trainingSet([], sizes, Random.seeded(1, label));
  const { variant, tier, pool } = cheapestChoice(profile, defaultPrices);
  const terms = levelStack(profile, defaultPrices, variant, tier, [pool]).map((one) => one.terms);
  return { set, terms, spread, anyService, meanVms };
}

/** Worlds of examples/image-classifier.yaml on synthetic demand. */
export async function exampleWorlds(kind: 'levels' | 'services', count = 1024): Promise<Worlds> {
  const random = Random.seeded(1, 'bench worlds');
  const source = await exampleSource();
  const profile = await readProfile('examples/image-classifier.yaml');
  if (kind === 'levels') return new LevelWorlds(source, profile.slo.attainment, count, random);
  const { set, meanVms } = source;
  return new ServiceWorlds({ profile, prices: defaultPrices, set, meanVms }, count, random);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
