import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { levelFeatures } from '../../agent/level-features.ts';
import { Learner } from '../../agent/ppo/learner.ts';
import { writeAgent } from '../../agent/saved-agent.ts';
import { trainingDefaults } from '../../agent/training-options.ts';
import { registerDemo } from '../../cli/demo.ts';
import { deploymentFiles } from '../../cli/deployment-files.ts';
import { type DoctorOptions, planDoctor, registerDoctor } from '../../cli/doctor.ts';
import { registerEvaluate } from '../../cli/evaluate.ts';
import type { EvaluateOptions } from '../../cli/evaluation-plan.ts';
import { planEvaluation } from '../../cli/evaluation-plan.ts';
import { planLive } from '../../cli/live/live-plan.ts';
import { createProgram } from '../../cli/program.ts';
import { planReproduce, registerReproduce } from '../../cli/reproduce.ts';
import type { RunOptions } from '../../cli/run-options.ts';
import { checkSimulated, setScene } from '../../cli/run-scene.ts';
import { simulatedParts } from '../../cli/simulated-parts.ts';
import { checkImport, type ImportOptions } from '../../cli/trace-import.ts';
import { registerTrain } from '../../cli/train.ts';
import { planTraining, type TrainFlags } from '../../cli/train-plan.ts';
import { registerTune } from '../../cli/tune.ts';
import { planTuning, type TuneFlags } from '../../cli/tune-plan.ts';
import { planTwin, registerTwin, type TwinFlags } from '../../cli/twin.ts';
import { systemClock } from '../../controller/clock.ts';
import { validAction } from '../../controller/valid-action.ts';
import { readDeployment } from '../../env/deployment/deployment.ts';
import { Random } from '../../env/random.ts';
import { experiments } from '../../studies/catalogue.ts';

const service = 'examples/image-classifier.yaml';
/** Options whose value is written to. */
const outputs = ['--out', '--json', '--journal'];

/** The real command line; what would run for long is read, checked and planned instead. */
export function examplesProgram(write: (text: string) => void = () => {}): Command {
  const never = (): never => {
    throw new Error('an example of the documentation is not to be run');
  };
  const program = createProgram({
    write,
    commands: [
      registerTrain,
      registerEvaluate,
      registerTune,
      registerReproduce,
      registerDemo,
      registerDoctor,
      registerTwin,
    ],
    run: {
      ...{ parts: never, live: never, scheduler: never, stop: never, runId: never, leave: never },
      ...{ clock: null!, output: null! },
    },
  });
  const parts = simulatedParts();
  const on = <Options>(name: string, plan: (options: Options) => Promise<unknown>) => {
    const command = program.commands.find((one) => one.name() === name)!;
    command.action(async (options: Options) => {
      await plan(options);
    });
  };
  on('train', (flags: TrainFlags) => planTraining(flags, parts));
  on('evaluate', (options: EvaluateOptions) => planEvaluation(options, parts));
  on('tune', (flags: TuneFlags) => planTuning(flags, parts));
  on('run', decideOnce);
  on('demo', async () => {});
  on('doctor', async (options: DoctorOptions) => {
    const files = await Promise.all(options.deployment.map(deploymentFiles));
    await Promise.all(files.flat().map((file) => planDoctor(file, options)));
  });
  on('twin', (flags: TwinFlags) => planTwin(flags, { parts: async () => parts, clock: systemClock }));
  on('explain', async () => {});
  on('plan', async () => {});
  on('reproduce', (names: string[]) => planReproduce(names, { seed: 1 }, experiments));
  on('forecast', async () => {});
  const trace = program.commands.find((one) => one.name() === 'trace')!;
  trace.commands.find((one) => one.name() === 'import')!.action((options: ImportOptions) => checkImport(options));
  return program;
}

/** Of a simulation the first decision and the interval after it; of a run on AWS what is read and checked before anything is asked. */
async function decideOnce(options: RunOptions): Promise<void> {
  if (options.env === 'aws') {
    await planLive(options, simulatedParts(), { variables: {}, deployment: readDeployment });
    return;
  }
  checkSimulated(options);
  const { policy, profile, environment } = await setScene(options, simulatedParts(), new Date(0));
  const { action } = policy.decide(await environment.observe());
  const valid = validAction(action, profile);
  if ('fault' in valid) throw new Error(valid.fault);
  await environment.step(valid.action);
  await environment.close();
}

/** The commands that do something, as `trace list`. */
export function commandNames(command: Command): string[] {
  return command.commands.flatMap((one) =>
    one.commands.length === 0 ? [one.name()] : commandNames(one).map((inner) => `${one.name()} ${inner}`),
  );
}

/** Writes what the examples speak of into a folder, and returns the words of a command with these files in them. */
export async function standIns(folder: string, words: readonly string[]): Promise<string[]> {
  const replaced: string[] = [];
  for (const [index, word] of words.entries()) {
    const before = words[index - 1] ?? '';
    if (outputs.includes(before) && word !== '-') replaced.push(join(folder, 'written', word));
    else if (word.startsWith('ppo:')) replaced.push(await untrainedPolicy(folder, word, binSecondsFor(words)));
    else if (before === '--limits' && !existsSync(word)) replaced.push(await someLimits(folder));
    else if (word === 'answers.csv') replaced.push(await fewAnswers(folder));
    else if (traceFile.test(word) && !existsSync(traceFile.exec(word)![1]!)) {
      const isLong = words.includes('--duration') || word.includes('@');
      replaced.push(await smallTrace(folder, word, isLong ? 22 : 1));
    } else if (word.endsWith('.yaml') && !existsSync(word)) replaced.push(service);
    else replaced.push(word);
  }
  return replaced;
}

/** A trace, or a part of one: `MONDAY.csv@20d+1d`. */
const traceFile = /^(.*\.csv)(@[^@]*)?$/;

/** Measured answers of one variant on one pool. */
async function fewAnswers(folder: string): Promise<string> {
  const path = join(folder, 'answers.csv');
  await mkdir(folder, { recursive: true });
  await writeFile(path, 'variant,resource,latency_ms\ninception-v3,cpu,120\ninception-v3,cpu,130\n');
  return path;
}

/** So many days of a few requests a second; the part stays. */
async function smallTrace(folder: string, word: string, days: number): Promise<string> {
  const [, file, part = ''] = traceFile.exec(word)!;
  const path = join(folder, `${days}-${basename(file!)}`);
  if (!existsSync(path)) {
    const rows = Array.from({ length: days * 1440 }, (_, minute) => `${60 * minute},${600 + (minute % 120)}\n`);
    await mkdir(folder, { recursive: true });
    await writeFile(path, `time_s,requests\n${rows.join('')}`);
  }
  return `${path}${part}`;
}

/** An agent is trained for bins: those of the router's own counts, or minutes where metrics come from a load balancer. */
function binSecondsFor(words: readonly string[]): number {
  return words.some((word) => word.includes('weighted')) ? 60 : 10;
}

async function someLimits(folder: string): Promise<string> {
  const path = join(folder, 'limits.yaml');
  await mkdir(folder, { recursive: true });
  await writeFile(path, 'usdPerHour: 12\n');
  return path;
}

/** Each checkpoint that is named has its own stand-in; a parameter stays. */
async function untrainedPolicy(folder: string, word: string, binSeconds: number): Promise<string> {
  const [, checkpoint, parameter] = /^ppo:(.*?)(:waitShare=.*)?$/.exec(word)!;
  return `ppo:${await untrainedAgent(folder, `${checkpoint!.replaceAll(/\W+/g, '-')}-${binSeconds}`, binSeconds)}${parameter ?? ''}`;
}

async function untrainedAgent(folder: string, name: string, binSeconds: number): Promise<string> {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  const shape = { observationSize: levelFeatures.length, heads: [2] };
  const learner = Learner.create(shape, trainingDefaults.levelHyperparameters, Random.seeded(1));
  await writeAgent(path, { level: await learner.save(), service: null, facts: { ...facts, binSeconds } });
  learner.dispose();
  return path;
}

export const facts = {
  name: 'untrained',
  service: 'image-classifier',
  profileHash: '',
  also: [],
  decisionSeconds: 60,
  binSeconds: 10,
  pools: ['cpu'],
  seed: 1,
  traces: [],
  validationTraces: [],
  steps: { lessons: 0, levels: 0, service: 0 },
  selected: { level: 0, service: null },
  wallSeconds: 0,
  backend: 'wasm',
  codeVersion: '',
  scores: [],
};
