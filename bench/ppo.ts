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

/** Worlds of examples/image-classifier.yaml on synthetic demand. */
export async function exampleWorlds(kind: 'levels' | 'services', count = 1024): Promise<Worlds> {
  const profile = await readProfile('examples/image-classifier.yaml');
  const { decisionSeconds, metrics, slo } = profile;
  const { meanVms, spread } = trainingDefaults;
  const sizes = { ...trainingDefaults.set, syntheticCount: 16, decisionSeconds, binSeconds: metrics.binSeconds };
  const set = trainingSet([], sizes, Random.seeded(1, 'bench'));
  const random = Random.seeded(1, 'bench worlds');
  if (kind === 'services') return new ServiceWorlds({ profile, prices: defaultPrices, set, meanVms }, count, random);
  const { variant, tier, pool } = cheapestChoice(profile, defaultPrices);
  const terms = levelStack(profile, defaultPrices, variant, tier, [pool]).map((one) => one.terms);
  return new LevelWorlds({ set, terms, spread, meanVms }, slo.attainment, count, random);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
