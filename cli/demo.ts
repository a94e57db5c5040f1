import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { runFolders } from '../agent/run-folder.ts';
import { evaluate, realSurroundings } from './evaluate.ts';
import { train } from './train.ts';

const folder = 'runs/demo';
/** Built-in days: what is learnt from, what the best state is selected on, and what nobody has seen. */
const training = [
  'diurnal:mean=60,hours=12,noise=0.2,seed=1',
  'flash-crowd:base=40,crowds=6,hours=12,seed=2',
  'mmpp:low=30,high=120,hours=12,seed=3',
];
const validation = ['diurnal:mean=60,hours=6,noise=0.2,seed=11', 'flash-crowd:base=40,crowds=3,hours=6,seed=12'];
const unseen = [
  'diurnal:mean=70,hours=12,noise=0.2,peakHour=7,seed=21',
  'flash-crowd:base=50,crowds=5,hours=12,seed=22',
];
const rules = ['reactive', 'util-aware', 'exascale', 'mixed', 'paragon', 'percentile', 'ski-rental'];

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .summary('train an agent, judge it beside the rules, write a report: what `npm start` runs')
    .description(
      `Trains an agent for the image classifier of examples/ on built-in workloads, judges it beside the rules on two that nobody has seen, and leaves checkpoint and report in ${folder}. Takes a few minutes on two cores.`,
    )
    .action(demo);
}

async function demo(): Promise<void> {
  const service = fileURLToPath(new URL('../../examples/image-classifier.yaml', import.meta.url));
  const surroundings = await realSurroundings();
  const { output } = surroundings;
  const folders = runFolders(folder);
  await Promise.all(Object.values(folders).map((one) => rm(one, { recursive: true, force: true })));
  output.write('Training an agent for examples/image-classifier.yaml on three built-in days (about two minutes)\n');
  const flags = { env: 'sim', service, trace: training, validate: validation, out: folder, seed: 1, backend: 'wasm' };
  await train({ ...flags, steps: 737_280, serviceSteps: 262_144 }, surroundings);
  output.write('\nJudging it beside the rules on two days that nobody has seen, request by request\n');
  const agent = `ppo:${folder}`;
  await evaluate({ service, trace: unseen, policies: [...rules, agent], seeds: '2', out: folder }, surroundings);
  output.write(nextSteps(agent));
}

function nextSteps(agent: string): string {
  return `
Next:
  open ${folder}/report.html                       every policy over time: load, capacity, dollars, latencies, decisions
  npx spillway run --service examples/image-classifier.yaml --policy ${agent} --env sim \\
    --mode live --trace diurnal:mean=70,hours=2 --speed 600 --pretty      watch it decide
  npx spillway train --service examples/image-classifier.yaml --trace YOUR.csv --out runs/mine      learn your traffic
  npx spillway tune --service examples/image-classifier.yaml --trace YOUR.csv --policy ski-rental   give the rules their chance
`;
}
