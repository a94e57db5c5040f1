import { join } from 'node:path';
import { checkPrices } from '../env/prices.ts';
import { InputProblem } from '../env/problem.ts';
import type { PriceBook, ServiceProfile } from '../env/types.ts';
import { costBound } from '../policies/bound/cost-bound.ts';
import type { JudgedTrace } from '../policies/evaluation/evaluation.ts';
import { cells } from '../policies/evaluation/matrix.ts';
import { parseDuration } from './duration.ts';
import type { EvaluationJob, Fidelity, Parts } from './evaluation-job.ts';
import { type PlannedPolicy, planPolicies } from './policy-plan.ts';
import { splitSpecifications } from './specifications.ts';
import { type PlannedTrace, planTraces, type TraceWishes } from './trace-plan.ts';
import { checkFileWritable, checkFolderWritable } from './write-file.ts';

/** The command's options as they were typed; undefined: not given. */
export interface EvaluateOptions {
  readonly service?: string;
  readonly trace?: readonly string[];
  readonly policies?: readonly string[];
  readonly scale?: string;
  readonly fleet?: readonly string[];
  readonly start?: string;
  readonly duration?: string;
  readonly atMost?: string;
  readonly seeds?: string;
  readonly fidelity?: string;
  readonly prices?: string;
  readonly json?: string;
  readonly out?: string;
  readonly jobs?: string;
  readonly warmUp?: string;
  readonly quiet?: boolean;
}

export interface EvaluationPlan {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly policies: readonly PlannedPolicy[];
  readonly traces: readonly JudgedTrace[];
  readonly fidelity: Fidelity;
  readonly seeds: readonly number[];
  /** Simulated, but not judged. */
  readonly warmUpSeconds: number;
  readonly jobs: readonly EvaluationJob[];
  /** As many as were asked for; null: as many as there are cores. */
  readonly runners: number | null;
  /** A file, or - for the standard output; null: none. */
  readonly jsonFile: string | null;
  readonly reportFolder: string | null;
}

const defaultSeeds = '5';

/** Reads and checks all that the command was given, and says what is to be run; simulates and writes nothing. */
export async function planEvaluation(options: EvaluateOptions, parts: Parts): Promise<EvaluationPlan> {
  const service = required(options.service, '--service', 'a service profile, such as examples/image-classifier.yaml');
  const wishes = traceWishes(options);
  const names = splitSpecifications(options.policies ?? []);
  const warmUpSeconds = parseDuration(options.warmUp ?? '600', '--warm-up');
  const count = wholeNumber(options.seeds ?? defaultSeeds, '--seeds', 1, 1000);
  const seeds = Array.from({ length: count }, (_, index) => index + 1);
  const fidelity = parseFidelity(options.fidelity ?? 'request-level');
  const runners = options.jobs === undefined ? null : wholeNumber(options.jobs, '--jobs', 1, 1024);
  const profile = await parts.profile(service);
  const prices = await parts.prices(options.prices ?? null);
  checkPrices(profile, prices);
  const policies = await planPolicies(names, profile, prices, parts);
  const cadences = [profile.decisionSeconds, ...policies.map((one) => one.cadenceSeconds)];
  const planned = await planTraces(wishes, { profile, prices, warmUpSeconds, cadences, parts });
  await checkOutputs(options);
  const traces = planned.map((trace) => judgedTrace(trace, profile, prices));
  const common = { service, prices: options.prices ?? null, fidelity };
  const jobs = planned.flatMap((trace) =>
    policies.flatMap(({ name, specification, cadenceSeconds }) =>
      cells([trace.name], [name], seeds).map((cell) => ({
        ...cell,
        ...common,
        specification,
        source: trace.source,
        decisions: trace.untilSeconds / cadenceSeconds,
        warmUpSeconds: trace.fromSeconds,
        keepsTimeline: options.out !== undefined && cell.seed === seeds[0],
      })),
    ),
  );
  const outputs = { jsonFile: options.json ?? null, reportFolder: options.out ?? null };
  const warmUp = planned[0]!.fromSeconds;
  return { profile, prices, policies, traces, fidelity, seeds, warmUpSeconds: warmUp, jobs, runners, ...outputs };
}

function judgedTrace(trace: PlannedTrace, profile: ServiceProfile, prices: PriceBook): JudgedTrace {
  const { name, workload, fromSeconds, untilSeconds } = trace;
  const bound = costBound(profile, prices, workload, { fromSeconds, toSeconds: untilSeconds }).usd;
  return { name, seconds: untilSeconds - fromSeconds, boundUsd: bound > 0 ? bound : null };
}

function required<Value>(value: Value | undefined, option: string, remedy: string): Value {
  if (value === undefined) throw new InputProblem(`${option} is missing: give ${remedy}`);
  return value;
}

function wholeNumber(text: string, option: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new InputProblem(`${option} ${text}: must be a whole number from ${least} to ${most}`);
}

function parseFidelity(text: string): Fidelity {
  if (text === 'request-level' || text === 'fluid') return text;
  throw new InputProblem(`--fidelity ${text}: must be request-level (for judging) or fluid (fast, approximate)`);
}

function traceWishes(options: EvaluateOptions): TraceWishes {
  const references = required(
    options.trace,
    '--trace',
    'a CSV file or a generator, such as diurnal:mean=200,hours=24,seed=1',
  );
  const durationAbove0 = (text: string | undefined, option: string) => {
    const seconds = text === undefined ? null : parseDuration(text, option);
    if (seconds === 0) throw new InputProblem(`${option} 0: must be above 0, such as 30m or 24h`);
    return seconds;
  };
  return {
    references,
    scale: options.scale === undefined ? null : factor(options.scale, '--scale', 'by which every count is multiplied'),
    fleets: (options.fleet ?? []).map((text) => factor(text, '--fleet', 'of VMs that the mean load keeps busy')),
    startSeconds: options.start === undefined ? null : parseDuration(options.start, '--start'),
    durationSeconds: durationAbove0(options.duration, '--duration'),
    atMostSeconds: durationAbove0(options.atMost, '--at-most'),
  };
}

function factor(text: string, option: string, meaning: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InputProblem(`${option} ${text}: must be a number above 0, ${meaning}`);
}

async function checkOutputs(options: EvaluateOptions): Promise<void> {
  if (options.json !== undefined && options.json !== '-') await checkFileWritable(options.json, '--json');
  if (options.out === undefined) return;
  await checkFolderWritable(options.out, '--out');
  await checkFileWritable(join(options.out, 'report.html'), '--out');
  await checkFileWritable(join(options.out, 'results.json'), '--out');
}
