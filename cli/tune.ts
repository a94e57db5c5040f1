import type { Writable } from 'node:stream';
import type { Command } from 'commander';
import { checkPrices } from '../env/prices.ts';
import { InputProblem } from '../env/problem.ts';
import type { ServiceProfile, Workload } from '../env/types.ts';
import { durationSeconds } from '../env/workload/duration.ts';
import { policyKinds } from '../policies/registry.ts';
import { parseSpecification } from '../policies/specification.ts';
import { gridSize, type Trial, tunedParameters } from '../policies/tuning/search.ts';
import { tune } from '../policies/tuning/tune.ts';
import { parseDuration } from './duration.ts';
import type { Fidelity, Parts, TraceSource } from './evaluation-job.ts';
import { numberAfter } from './number.ts';
import { openProgress } from './progress.ts';
import { trialTable } from './tune-table.ts';
import { checkFileWritable, writeFileAtomically } from './write-file.ts';

export interface TuneFlags {
  readonly service: string;
  readonly trace: readonly string[];
  readonly policy: string;
  readonly fidelity: string;
  readonly budget: number;
  readonly seed: number;
  readonly scale?: number;
  readonly start?: string;
  readonly duration?: string;
  readonly warmUp: string;
  readonly prices?: string;
  readonly json?: string;
  readonly quiet?: boolean;
}

/** Rules need no checkpoint, so `policy` is left out. */
export type TuneParts = Omit<Parts, 'policy'>;

/** What the command touches; tests give their own. */
export interface TuneDependencies {
  readonly parts: () => Promise<TuneParts>;
  readonly output: Writable;
  readonly messages: Writable & { readonly isTTY?: boolean };
  readonly nowMs: () => number;
}

const shownTrials = 5;

export function registerTune(program: Command, dependencies: TuneDependencies = realDependencies()): void {
  program
    .command('tune')
    .summary("search a rule's best parameters on traces")
    .description(
      'Tries settings of a rule on traces and prints the best one, ready for --policies: first those that keep the promise, then the cheapest.',
    )
    .requiredOption('--service <file>', 'service profile (YAML)')
    .requiredOption('--trace <reference...>', 'CSV files or generators; not those that are to be judged on')
    .requiredOption('--policy <name>', `one of ${policyKinds.map((one) => one.name).join(', ')}`)
    .option('--fidelity <kind>', 'request-level or fluid', 'fluid')
    .option('--budget <settings>', 'settings to try', numberAfter('--budget', { least: 1, whole: true }), 100)
    .option('--seed <number>', 'of the search and of the worlds', numberAfter('--seed', { least: 0, whole: true }), 1)
    .option('--scale <factor>', 'multiplies every count of the traces', numberAfter('--scale', { above: 0 }))
    .option('--start <duration>', 'skips this much of each trace: 3600, 90s, 30m, 24h')
    .option('--duration <duration>', 'uses this much of each trace')
    .option('--warm-up <duration>', 'simulated first, but not judged', '600')
    .option('--prices <file>', 'price book (YAML) in place of the built-in one')
    .option('--json <file>', 'writes every setting tried; - for the standard output')
    .option('--quiet', 'shows no progress')
    .action(async (flags: TuneFlags) => {
      await runTune(flags, dependencies);
    });
}

function realDependencies(): TuneDependencies {
  return {
    parts: async () => (await import('./simulated-parts.ts')).simulatedParts(),
    output: process.stdout,
    messages: process.stderr,
    nowMs: Date.now,
  };
}

export async function runTune(flags: TuneFlags, dependencies: TuneDependencies): Promise<readonly Trial[]> {
  const parts = await dependencies.parts();
  const { kind, values } = parseSpecification(flags.policy, policyKinds);
  if (Object.keys(values).length > 0) {
    throw new InputProblem(`--policy ${flags.policy}: name the rule alone (${kind.name}); tuning sets its parameters`);
  }
  const fidelity = fidelityOf(flags.fidelity);
  const warmUpSeconds = parseDuration(flags.warmUp, '--warm-up');
  if (flags.json !== undefined && flags.json !== '-') await checkFileWritable(flags.json, '--json');
  const profile = await parts.profile(flags.service);
  const prices = await parts.prices(flags.prices ?? null);
  checkPrices(profile, prices);
  const workloads = await readTraces(flags, profile, warmUpSeconds, parts);
  const { budget, seed } = flags;
  const tries = Math.min(budget, 1 + gridSize(tunedParameters(kind, profile.router)));
  const progress = openProgress({
    label: `tuning ${kind.name}`,
    total: tries * workloads.length,
    quiet: flags.quiet ?? false,
    stream: dependencies.messages,
    nowMs: dependencies.nowMs,
  });
  const open = (workload: Workload) => parts.simulator({ fidelity, profile, prices, workload, seed });
  const onProgress = (runs: number, specification: string) => progress.update(runs, specification);
  const trials = await tune({
    profile,
    prices,
    kind,
    workloads,
    budget,
    seed,
    warmUpSeconds,
    open,
    onProgress,
  }).finally(() => progress.finish());
  await tell(flags, profile, workloads, trials, dependencies);
  return trials;
}

async function readTraces(
  flags: TuneFlags,
  profile: ServiceProfile,
  warmUpSeconds: number,
  parts: TuneParts,
): Promise<Workload[]> {
  const part: Omit<TraceSource, 'reference'> = {
    ...(flags.scale !== undefined && { scale: flags.scale }),
    ...(flags.start !== undefined && { startSeconds: parseDuration(flags.start, '--start') }),
    ...(flags.duration !== undefined && { durationSeconds: parseDuration(flags.duration, '--duration') }),
  };
  const workloads: Workload[] = [];
  for (const reference of flags.trace) {
    const workload = await parts.workload({ reference, ...part });
    const least = (Math.ceil(warmUpSeconds / profile.decisionSeconds) + 1) * profile.decisionSeconds;
    if (durationSeconds(workload) < least) {
      throw new InputProblem(
        `--trace ${reference}: lasts ${durationSeconds(workload)} s, but a warm-up of ${warmUpSeconds} s and one decision need ` +
          `${least} s; give a longer trace or --duration, or a shorter --warm-up`,
      );
    }
    workloads.push(workload);
  }
  return workloads;
}

function fidelityOf(text: string): Fidelity {
  if (text === 'fluid' || text === 'request-level') return text;
  throw new InputProblem(`--fidelity ${text}: must be fluid (fast, approximate) or request-level (for judging)`);
}

async function tell(
  flags: TuneFlags,
  profile: ServiceProfile,
  workloads: readonly Workload[],
  trials: readonly Trial[],
  { output, messages }: TuneDependencies,
): Promise<void> {
  const json = () => `${JSON.stringify(tuningJson(flags, profile, workloads, trials), null, 2)}\n`;
  const best = trials[0]!;
  const table = trialTable(trials.slice(0, shownTrials), profile.slo.attainment);
  const tried = `${trials.length} settings tried on ${workloads.map((one) => one.name).join(', ')}`;
  if (flags.json !== undefined && flags.json !== '-') await writeFileAtomically(flags.json, json());
  if (flags.json === '-') output.write(json());
  (flags.json === '-' ? messages : output).write(`${table}${tried}; the best:\n\n${best.specification}\n`);
}

function tuningJson(
  flags: TuneFlags,
  profile: ServiceProfile,
  workloads: readonly Workload[],
  trials: readonly Trial[],
) {
  return {
    version: 1,
    policy: flags.policy,
    service: profile.name,
    traces: workloads.map((one) => one.name),
    fidelity: flags.fidelity,
    budget: flags.budget,
    seed: flags.seed,
    best: trials[0]!.specification,
    trials: trials.map(({ specification, values, score }) => ({ specification, parameters: values, ...score })),
  };
}
