import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { missingPeers, runPython } from './python.ts';
import { replayLevels } from './replay.ts';
import { type Learnt, type Limit, learnPriced, learnSampled } from './spillway-learners.ts';

interface Learner {
  readonly name: string;
  readonly isPeer: boolean;
  readonly learn: (worlds: number, seed: number, limit: Limit) => Learnt | Promise<Learnt>;
}

function peer(name: string, script: string): Learner {
  const learn = (worlds: number, seed: number, limit: Limit) =>
    JSON.parse(runPython('learning', script, [process.execPath, worlds, seed, limit.seconds, limit.clock])) as Learnt;
  return { name, isPeer: true, learn };
}

const learners: readonly Learner[] = [
  { name: 'Spillway, a lesson and PPO without dice', isPeer: false, learn: learnPriced },
  {
    name: 'Spillway, PPO without dice',
    isPeer: false,
    learn: (worlds, seed, limit) => learnPriced(worlds, seed, limit, false),
  },
  { name: 'Spillway, PPO', isPeer: false, learn: learnSampled },
  peer('Stable-Baselines3, PPO', 'stable_baselines.py'),
  peer('PPO in one file, as CleanRL writes it', 'single_file.py'),
];

/** Trains the same levels by Spillway and by learners in Python, each for as long, and prints steps per second and what came of it. */
export async function compareLearners(flags: readonly string[]): Promise<void> {
  const option = { type: 'string' } as const;
  const options = { seconds: option, clock: option, worlds: option, seed: option };
  const { values } = parseArgs({ args: [...flags], options });
  const clock = values.clock === 'processor' ? 'processor' : 'wall';
  const [seconds, worlds, seed] = [values.seconds ?? '60', values.worlds ?? '1024', values.seed ?? '1'].map(Number);
  const missing = missingPeers('learning');
  if (missing === null) await checkEqual(seed!);
  const table = new Table({
    head: ['learner', 'steps/s', 'ratio', 'steps per processor second', 'ratio', 'cost over hindsight'],
    style: { head: [], border: [] },
  });
  let first: Learnt | null = null;
  for (const { name, isPeer, learn } of learners) {
    if (isPeer && missing !== null) continue;
    const learnt = await learn(worlds!, seed!, { seconds: seconds!, clock });
    first ??= learnt;
    table.push(row(name, learnt, first));
  }
  console.log(table.toString());
  if (missing) console.log(missing);
}

/** @throws Error where the worlds at the other end of the pipe are others */
async function checkEqual(seed: number): Promise<void> {
  const [worlds, steps] = [64, 400];
  const theirs = runPython('learning', 'levels.py', [process.execPath, worlds, seed, steps]);
  if (theirs !== (await replayLevels(worlds, seed, steps))) {
    throw new Error('The levels over the pipe are not those of this process.');
  }
  console.log(
    `The levels over the pipe are the same: ${worlds} worlds, ${steps} replayed steps, all features and rewards.`,
  );
}

function row(name: string, { steps, seconds, processorSeconds, cost }: Learnt, first: Learnt): string[] {
  const rate = steps / seconds;
  const perProcessor = steps / processorSeconds;
  return [
    name,
    Math.round(rate).toLocaleString('en-US'),
    (rate / (first.steps / first.seconds)).toFixed(3),
    Math.round(perProcessor).toLocaleString('en-US'),
    (perProcessor / (first.steps / first.processorSeconds)).toFixed(3),
    cost.toFixed(3),
  ];
}
