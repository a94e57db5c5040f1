import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import Table from 'cli-table3';
import { type BackendChoice, backendChoices, selectBackend } from '../agent/ppo/backend.ts';
import { collectRollout } from '../agent/ppo/collect.ts';
import { defaultHyperparameters } from '../agent/ppo/hyperparameters.ts';
import { Learner } from '../agent/ppo/learner.ts';
import type { Rollout } from '../agent/ppo/rollout.ts';
import type { Worlds } from '../agent/worlds.ts';
import { InputProblem } from '../env/problem.ts';
import { Random } from '../env/random.ts';
import { exampleWorlds } from './ppo.ts';

/** Where the seconds of an iteration go. */
interface Split {
  readonly steps: number;
  /** Worlds: what they show, and how they move. */
  readonly worlds: number;
  /** Inference: the rest of collecting. */
  readonly inference: number;
  readonly update: number;
}

/** Environment steps per second of PPO on levels by number of worlds, on GPU backends beside wasm; run from the root of the project. */
const option = { type: 'string' } as const;
const { values: flags } = parseArgs({
  options: { worlds: option, backends: option, steps: option, iterations: option },
});
const counts = (flags.worlds ?? '4096,8192,16384,32768,65536').split(',').map(Number);
const backends = (flags.backends ?? 'wasm,webgpu,tensorflow-gpu').split(',').map(named);
const rolloutSteps = Number(flags.steps ?? 16);
const iterations = Number(flags.iterations ?? 2);

function named(name: string): BackendChoice {
  const found = backendChoices.find((one) => one === name);
  if (found === undefined) {
    throw new InputProblem(`--backends names ${name}: choose from ${backendChoices.join(', ')}, separated by commas.`);
  }
  return found;
}

/** Worlds that keep account of their own time. */
class TimedWorlds implements Worlds {
  readonly count: number;
  readonly observationSize: number;
  readonly heads: readonly number[];
  seconds = 0;
  readonly #worlds: Worlds;

  constructor(worlds: Worlds) {
    this.#worlds = worlds;
    this.count = worlds.count;
    this.observationSize = worlds.observationSize;
    this.heads = worlds.heads;
  }

  observe(...args: Parameters<Worlds['observe']>): void {
    this.#timed(() => this.#worlds.observe(...args));
  }

  mask(...args: Parameters<Worlds['mask']>): void {
    this.#timed(() => this.#worlds.mask(...args));
  }

  step(...args: Parameters<Worlds['step']>): void {
    this.#timed(() => this.#worlds.step(...args));
  }

  #timed(act: () => void): void {
    const start = performance.now();
    act();
    this.seconds += (performance.now() - start) / 1000;
  }
}

async function measure(count: number): Promise<Split> {
  const worlds = new TimedWorlds(await exampleWorlds('levels', count));
  // So few minibatches that a kernel has as many rows as there are worlds.
  const settings = { ...defaultHyperparameters, hidden: [64, 64], klLimit: null, minibatchSize: Math.max(4096, count) };
  const learner = Learner.create(worlds, settings, Random.seeded(1));
  let rollout: Rollout | undefined;
  let inference = 0;
  let update = 0;
  for (let iteration = -1; iteration < iterations; iteration++) {
    if (iteration === 0) worlds.seconds = inference = update = 0; // before it was warm-up
    const start = performance.now();
    const before = worlds.seconds;
    rollout = await collectRollout(worlds, learner, rolloutSteps, 0, rollout);
    const between = performance.now();
    inference += (between - start) / 1000 - (worlds.seconds - before);
    await learner.update(rollout, 0);
    update += (performance.now() - between) / 1000;
  }
  learner.dispose();
  return { steps: count * rolloutSteps * iterations, worlds: worlds.seconds, inference, update };
}

function row(backend: string, count: number, split: Split): string[] {
  const seconds = split.worlds + split.inference + split.update;
  const share = (part: number) => `${Math.round((100 * part) / seconds)} %`;
  const rate = Math.round(split.steps / seconds).toLocaleString('en-US');
  return [backend, count.toLocaleString('en-US'), rate, ...[split.worlds, split.inference, split.update].map(share)];
}

const head = ['backend', 'worlds', 'environment steps/s', 'worlds', 'inference', 'update'];
const table = new Table({ head, style: { head: [], border: [] } });
for (const choice of backends) {
  try {
    const backend = await selectBackend(choice, (sentence) => console.log(sentence));
    if (backend !== choice) continue; // wasm stands in, and is measured anyway
    for (const count of counts) {
      const cells = row(backend, count, await measure(count));
      process.stderr.write(`${cells.join('  ')}\n`);
      table.push(cells);
    }
    if (tf.memory().numTensors > 0) console.log(`${tf.memory().numTensors} tensors of ${backend} were left behind.`);
  } catch (error) {
    if (!(error instanceof InputProblem)) throw error;
    console.log(error.message);
  }
}
console.log(table.toString());
process.exit(0); // Dawn keeps the process alive.
