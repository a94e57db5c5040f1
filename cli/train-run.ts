import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { levelRanges, serviceRanges } from '../agent/measure-ranges.ts';
import { PpoPolicy } from '../agent/policy.ts';
import { poolsFor } from '../agent/pool-stacks.ts';
import { type BackendChoice, selectBackend } from '../agent/ppo/backend.ts';
import { holdsCheckpoint } from '../agent/ppo/checkpoint.ts';
import { LostDevice } from '../agent/ppo/device.ts';
import { Actor } from '../agent/ppo/forward.ts';
import { TensorBoardWriter } from '../agent/ppo/tensorboard.ts';
import { readLatest, runFolders } from '../agent/run-folder.ts';
import { type AgentFacts, writeAgent } from '../agent/saved-agent.ts';
import { segmentSteps, wholeSegments } from '../agent/segment-steps.ts';
import { SoleWriter } from '../agent/sole-writer.ts';
import type { StartingPoint } from '../agent/starting-point.ts';
import { Training } from '../agent/train.ts';
import type { TrainingOptions } from '../agent/training-options.ts';
import type { TrainingProgress } from '../agent/training-progress.ts';
import type { TrainingState } from '../agent/training-state.ts';
import { together, validate } from '../agent/validation.ts';
import { InputProblem } from '../env/problem.ts';
import { profileHash } from '../env/profile.ts';
import type { ServiceProfile } from '../env/types.ts';
import { formatAttainment } from '../policies/evaluation/format.ts';
import { createPolicy } from '../policies/registry.ts';
import { validationNotes } from './learnt-from.ts';
import { openProgress, type Progress } from './progress.ts';
import type { TrainPlan } from './train-plan.ts';
import { trainingSummary } from './train-summary.ts';
import type { TrainSurroundings } from './train-surroundings.ts';

export interface TrainingRun {
  readonly plan: TrainPlan;
  readonly folder: string;
  readonly resume: boolean;
  readonly backend: BackendChoice;
  readonly quiet: boolean;
}

/** Rules that are judged beside the agent once it is trained; `evaluate` knows the others. */
const rivals = ['static', 'reactive', 'util-aware', 'exascale', 'mixed', 'paragon', 'percentile', 'ski-rental'];
const stageLabels = { lessons: 'imitating hindsight', levels: 'PPO, VM by VM', service: 'PPO, whole service' };

/** Trains, and leaves in the folder the best agent, what resuming takes, and TensorBoard events. */
export async function runTraining(run: TrainingRun, surroundings: TrainSurroundings): Promise<void> {
  const { plan, folder } = run;
  const { options, fingerprint } = plan;
  const folders = runFolders(folder);
  const before = run.resume ? await readLatest(folder, fingerprint) : null;
  if (!before) await refuseOverwriting(folder);
  const writer = await SoleWriter.at(folder);
  const tell = (sentence: string) => surroundings.messages.write(`${sentence}\n`);
  for (const sentence of [...roundedSteps(options), ...validationNotes(options)]) tell(sentence);
  let backend = await selectBackend(run.backend, tell);
  const startMs = surroundings.nowMs();
  const wallSeconds = () => (before?.wallSeconds ?? 0) + (surroundings.nowMs() - startMs) / 1000;
  const events = await TensorBoardWriter.create(folders.events, surroundings.nowMs() / 1000);
  const shown = new ShownProgress(run, surroundings);
  const hooks = {
    onProgress: async (progress: TrainingProgress) => {
      shown.update(progress);
      await events.write(progress.done, surroundings.nowMs() / 1000, progress.scalars);
      await new Promise((resolve) => setImmediate(resolve)); // lets a terminal draw and a signal arrive
    },
    onSegment: (state: TrainingState) => {
      newest = state;
      return writer.write(state, fingerprint, wallSeconds());
    },
  };
  let newest = before?.state ?? null;
  const train = async () =>
    (newest ? Training.resume(options, hooks, newest) : await Training.begin(options, hooks)).run();
  const state = await train().catch(async (error: unknown) => {
    if (!(error instanceof LostDevice)) throw error;
    tell(`${error.message} Training goes on from its newest segment with wasm.`);
    backend = await selectBackend('wasm');
    return train();
  });
  shown.finish();
  await events.close();
  if (!run.quiet) tell('Judging the agent beside the rules.');
  const facts = await describe(run, state, String(backend), wallSeconds(), surroundings);
  await writer.check();
  await writeAgent(folders.checkpoint, {
    level: state.bestLevel!.state,
    service: state.bestService?.state ?? null,
    facts,
  });
  surroundings.output.write(trainingSummary(folder, facts, options));
}

/** Training goes on for whole segments: said beforehand, where more is done than was asked for. */
function roundedSteps({ levelSteps, serviceSteps, sizes }: TrainPlan['options']): string[] {
  const each = segmentSteps(sizes);
  const sentence = (option: string, steps: number, segment: number) =>
    steps % segment === 0
      ? []
      : [
          `${option} ${steps}: ${wholeSegments(steps, segment)} will be done, since training goes by segments of ${segment} steps.`,
        ];
  return [...sentence('--steps', levelSteps, each.levels), ...sentence('--service-steps', serviceSteps, each.service)];
}

/** A run that can be resumed, or an agent that was trained, here or beside its run. */
async function refuseOverwriting(folder: string): Promise<void> {
  const { latest, checkpoint } = runFolders(folder);
  const isThere = (path: string) =>
    stat(path).then(
      () => true,
      () => false,
    );
  if (await holdsCheckpoint(latest)) {
    throw new InputProblem(
      `--out ${folder} holds a training run already: go on with it by --resume, or name another folder, or remove it.`,
    );
  }
  if (!(await isThere(checkpoint)) && !(await isThere(join(folder, 'manifest.json')))) return;
  throw new InputProblem(`--out ${folder} holds a trained agent already: name another folder, or remove it.`);
}

/** One bar per stage. */
class ShownProgress {
  readonly #run: TrainingRun;
  readonly #surroundings: TrainSurroundings;
  #bar: Progress | null = null;
  #stage = '';
  #startMs = 0;
  #startDone = 0;

  constructor(run: TrainingRun, surroundings: TrainSurroundings) {
    this.#run = run;
    this.#surroundings = surroundings;
  }

  update({ stage, done, total, validation, scalars }: TrainingProgress): void {
    const { nowMs, messages } = this.#surroundings;
    if (stage !== this.#stage) {
      this.finish();
      this.#stage = stage;
      this.#startMs = nowMs();
      this.#startDone = stage === 'lessons' ? 0 : done;
      this.#bar = openProgress({ label: stageLabels[stage], total, quiet: this.#run.quiet, stream: messages, nowMs });
    }
    const seconds = (nowMs() - this.#startMs) / 1000;
    const rate = stage !== 'lessons' && seconds > 0 ? `${Math.round((done - this.#startDone) / seconds)} steps/s` : '';
    const known = scalars['lessons/accuracy'];
    const notes = [
      rate,
      known === undefined ? '' : `agrees with hindsight on ${(100 * known).toFixed(1)} %`,
      validation ? `validation $${validation.usd.toFixed(2)}, ${formatAttainment(validation.attainment)} in time` : '',
    ];
    this.#bar!.update(done, notes.filter((note) => note !== '').join(', '));
  }

  finish(): void {
    this.#bar?.finish();
    this.#bar = null;
  }
}

async function describe(
  { plan }: TrainingRun,
  state: TrainingState,
  backend: string,
  wallSeconds: number,
  { version }: TrainSurroundings,
): Promise<AgentFacts> {
  const { options } = plan;
  const { profile, seed, training, validation } = options;
  const each = segmentSteps(options.sizes);
  return {
    name: `${profile.name}-${seed}`,
    service: profile.name,
    profileHash: profileHash(profile),
    also: options.also.map((one) => one.name),
    decisionSeconds: profile.decisionSeconds,
    binSeconds: profile.metrics.binSeconds,
    pools: state.pools.map((pool) => profile.pools[pool]!.name),
    seed,
    traces: training.length > 0 ? training.map((one) => one.name) : ['synthetic'],
    validationTraces: validation.map((one) => one.name),
    steps: {
      lessons: options.lessons,
      levels: wholeSegments(options.levelSteps, each.levels),
      service: wholeSegments(options.serviceSteps, each.service),
    },
    selected: { level: state.bestLevel!.steps, service: state.bestService?.steps ?? null },
    wallSeconds: Math.round(wallSeconds),
    backend,
    codeVersion: version,
    scores: await scores(options, state),
    ...(options.from && { from: { name: options.from.name, hash: options.from.hash } }),
    ranges: { level: levelRanges(options), service: state.bestService && serviceRanges(options) },
  };
}

/** The agent and the rules with their default parameters, on the validation traces and by all services. */
async function scores(options: TrainingOptions, state: TrainingState): Promise<AgentFacts['scores']> {
  const { profile, also, prices, validation, seed } = options;
  const names = state.pools.map((pool) => profile.pools[pool]!.name);
  const level = new Actor(state.bestLevel!.state);
  const service = state.bestService ? new Actor(state.bestService.state) : null;
  const agent = (one: ServiceProfile) =>
    new PpoPolicy('ppo', one, prices, { level, service, pools: poolsFor(names, one, prices) });
  const makers = [
    { policy: 'ppo', make: agent },
    ...(options.from ? [{ policy: 'as it was', make: unadapted(options, options.from) }] : []),
    ...rivals.map((name) => ({
      policy: name,
      make: (one: ServiceProfile) => createPolicy(name, one, prices),
    })),
  ];
  const results: { policy: string; usd: number; attainment: number }[] = [];
  for (const { policy, make } of makers) {
    const parts = [];
    for (const one of [profile, ...also]) parts.push(await validate(one, prices, validation, seed, () => make(one)));
    const { usd, attainment } = together(parts);
    results.push({ policy, usd, attainment });
  }
  return results;
}

/** What training began with. */
function unadapted({ prices }: TrainingOptions, from: StartingPoint) {
  const level = new Actor(from.level);
  const service = from.service && new Actor(from.service);
  return (one: ServiceProfile) =>
    new PpoPolicy('as it was', one, prices, { level, service, pools: poolsFor(from.pools, one, prices) });
}
