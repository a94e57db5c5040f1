import { pathToFileURL } from 'node:url';
import { selectBackend } from '../agent/ppo/backend.ts';
import { collectRollout } from '../agent/ppo/collect.ts';
import { defaultHyperparameters } from '../agent/ppo/hyperparameters.ts';
import { Learner } from '../agent/ppo/learner.ts';
import type { Rollout } from '../agent/ppo/rollout.ts';
import type { Worlds, WorldsStep } from '../agent/worlds.ts';
import { Random } from '../env/random.ts';

/** A world that costs next to nothing: features drift, and the sign of the first one says what is right. */
class DriftWorlds implements Worlds {
  readonly count: number;
  readonly observationSize = 64;
  readonly heads = [2];
  readonly #features: Float32Array; // [world, feature]
  readonly #random = Random.seeded(1, 'drift');
  #time = 0;

  constructor(count: number) {
    this.count = count;
    this.#features = new Float32Array(count * this.observationSize);
  }

  observe(into: Float32Array): void {
    into.set(this.#features);
  }

  mask(into: Uint8Array): void {
    into.fill(1);
  }

  step(actions: Int32Array, result: WorldsStep): void {
    this.#time++;
    const features = this.#features;
    for (let world = 0; world < this.count; world++) {
      const first = world * this.observationSize;
      result.rewards[world] = actions[world] === (features[first]! > 0 ? 1 : 0) ? 1 : 0;
      result.truncated[world] = this.#time % 500 === 0 ? 1 : 0;
      const push = this.#random.uniform() - 0.5;
      for (let at = first; at < first + this.observationSize; at++) {
        features[at] = 0.99 * features[at]! + (at & 1 ? push : -push);
      }
    }
    result.violations.fill(0);
    if (this.#time % 500 === 0) result.finalObservations.set(features);
  }
}

export interface PpoFigures {
  readonly backend: string;
  /** Simulate, infer, update: the median over the iterations. */
  readonly stepsPerSecond: number;
  readonly collectSeconds: number;
  readonly updateSeconds: number;
}

const worldCount = 1024;
const steps = 32;

/** PPO end to end: 128-128 network with a shared trunk, 64 features, one head of 2, 4 epochs, minibatches of 4,096. */
export async function benchPpo({ iterations = 7, sharedTrunk = true } = {}): Promise<PpoFigures> {
  const backend = await selectBackend('wasm');
  const worlds = new DriftWorlds(worldCount);
  const hyperparameters = { ...defaultHyperparameters, sharedTrunk, klLimit: null };
  const learner = Learner.create(worlds, hyperparameters, Random.seeded(1));
  const collectSeconds: number[] = [];
  const updateSeconds: number[] = [];
  let rollout: Rollout | undefined;
  for (let iteration = -1; iteration < iterations; iteration++) {
    const start = performance.now();
    rollout = await collectRollout(worlds, learner, steps, 0, rollout);
    const between = performance.now();
    await learner.update(rollout, 0);
    if (iteration < 0) continue; // warm-up
    collectSeconds.push((between - start) / 1000);
    updateSeconds.push((performance.now() - between) / 1000);
  }
  learner.dispose();
  const collect = median(collectSeconds);
  const update = median(updateSeconds);
  const stepsPerSecond = (worldCount * steps) / (collect + update);
  return { backend, stepsPerSecond, collectSeconds: collect, updateSeconds: update };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const sharedTrunk of [true, false]) {
    const { backend, stepsPerSecond, collectSeconds, updateSeconds } = await benchPpo({ sharedTrunk });
    console.log(
      `PPO, ${backend}, ${sharedTrunk ? 'shared trunk' : 'separate critic'}: ${Math.round(stepsPerSecond)} steps/s ` +
        `(collect ${collectSeconds.toFixed(2)} s, update ${updateSeconds.toFixed(2)} s)`,
    );
  }
}
