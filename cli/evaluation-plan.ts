import { join } from 'node:path';
import { checkPrices } from '../env/prices.ts';
import { InputProblem } from '../env/problem.ts';
import { profileHash } from '../env/profile.ts';
import type { PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import { leastCost } from '../policies/bound/least-cost.ts';
import type { JudgedTrace } from '../policies/evaluation/evaluation.ts';
import type { Result, TuningNote } from '../policies/evaluation/json.ts';
import { curveKnobs } from '../policies/evaluation/knob.ts';
import { cells } from '../policies/evaluation/matrix.ts';
import { policyKinds } from '../policies/registry.ts';
import { parseDuration } from './duration.ts';
import type { EvaluationJob } from './evaluation-job.ts';
import type { Fidelity, Parts } from './parts.ts';
import { type PlannedPolicy, planPolicies } from './policy-plan.ts';
import { splitSpecifications } from './specifications.ts';
import { type PlannedTrace, planTraces, type TraceWishes } from './trace-plan.ts';
import { pastOf } from './trace-source.ts';
import { readTuned, refuseUntuned, type TunedFile, tunedSpecification } from './tuned-file.ts';
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
  readonly tuned?: string;
  readonly beside?: string;
  readonly curve?: boolean;
  readonly cache?: string;
  readonly json?: string;
  readonly out?: string;
  readonly jobs?: string;
  readonly warmUp?: string;
  readonly brief?: boolean;
  readonly quiet?: boolean;
}

export interface EvaluationPlan {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly policies: readonly PlannedPolicy[];
  /** What each policy is, by its name. */
  readonly kinds: Readonly<Record<string, Result['kind']>>;
  readonly tuning: TuningNote | null;
  /** The rule that the others are held against; null: the best one. */
  readonly beside: string | null;
  readonly traces: readonly EvaluatedTrace[];
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
  /** Where results of runs are kept; null: nowhere. */
  readonly cacheFolder: string | null;
}

export interface EvaluatedTrace extends JudgedTrace {
  readonly workload: Workload;
  readonly past: Workload | null;
}

const defaultSeeds = '5';
const allKinds = policyKinds.map((one) => one.name);

/** Reads and checks all that the command was given, and says what is to be run; simulates and writes nothing. */
export async function planEvaluation(options: EvaluateOptions, parts: Parts): Promise<EvaluationPlan> {
  const service = required(options.service, '--service', 'a service profile, such as examples/image-classifier.yaml');
  const wishes = traceWishes(options);
  const names = splitSpecifications(options.policies ?? []).flatMap((one) => (one === 'all' ? allKinds : [one]));
  const warmUpSeconds = parseDuration(options.warmUp ?? '600', '--warm-up');
  const count = wholeNumber(options.seeds ?? defaultSeeds, '--seeds', 1, 1000);
  const seeds = Array.from({ length: count }, (_, index) => index + 1);
  const fidelity = parseFidelity(options.fidelity ?? 'request-level');
  const runners = options.jobs === undefined ? null : wholeNumber(options.jobs, '--jobs', 1, 1024);
  const profile = await parts.profile(service);
  const prices = await parts.prices(options.prices ?? null);
  checkPrices(profile, prices);
  const tuned = options.tuned === undefined ? null : await readTuned(options.tuned);
  if (tuned !== null) refuseUntuned(tuned, options.tuned!, names);
  const specificationOf = (name: string) => (tuned === null ? name : tunedSpecification(tuned, name));
  const policies = await planPolicies(names, profile, prices, parts, specificationOf);
  const beside = ruleBeside(options.beside ?? null, policies);
  const cadences = [profile.decisionSeconds, ...policies.map((one) => one.cadenceSeconds)];
  const planned = await planTraces(wishes, { profile, prices, warmUpSeconds, cadences, parts });
  await checkOutputs(options);
  const traces: EvaluatedTrace[] = [];
  for (const trace of planned) traces.push(await evaluatedTrace(trace, profile, prices, parts));
  const common = { service, prices: options.prices ?? null, fidelity };
  const jobs = planned.flatMap((trace) =>
    jobsOn(trace, policies, seeds, { ...common, isCurve: options.curve ?? false, isReport: options.out !== undefined }),
  );
  return {
    profile,
    prices,
    policies,
    kinds: Object.fromEntries(policies.map(({ name, kind }) => [name, kind])),
    tuning: tuned === null ? null : tuningNote(tuned, options.tuned!, profile, names),
    beside,
    traces,
    fidelity,
    seeds,
    warmUpSeconds: planned[0]!.fromSeconds,
    jobs,
    runners,
    jsonFile: options.json ?? null,
    reportFolder: options.out ?? null,
    cacheFolder: options.cache ?? null,
  };
}

interface JobTerms extends Pick<EvaluationJob, 'service' | 'prices' | 'fidelity'> {
  readonly isCurve: boolean;
  readonly isReport: boolean;
}

/** Every policy with every seed, and for a curve the same with each knob. */
function jobsOn(
  trace: PlannedTrace,
  policies: readonly PlannedPolicy[],
  seeds: readonly number[],
  { isCurve, isReport, ...common }: JobTerms,
): EvaluationJob[] {
  const { name: traceName, source, untilSeconds, fromSeconds } = trace;
  return policies.flatMap(({ name, specification, cadenceSeconds, kind }) => {
    const decisions = untilSeconds / cadenceSeconds;
    const run = { ...common, specification, source, decisions, warmUpSeconds: fromSeconds };
    const plain = cells([traceName], [name], seeds);
    const knobs = isCurve && kind !== 'clairvoyant' ? curveKnobs : [];
    return [
      ...plain.map((cell) => ({ ...cell, ...run, keepsTimeline: isReport && cell.seed === seeds[0] })),
      ...knobs.flatMap((knob) => plain.map((cell) => ({ ...cell, knob, ...run, keepsTimeline: false }))),
    ];
  });
}

async function evaluatedTrace(
  trace: PlannedTrace,
  profile: ServiceProfile,
  prices: PriceBook,
  parts: Parts,
): Promise<EvaluatedTrace> {
  const { name, workload, source, scale, fleet, fromSeconds, untilSeconds } = trace;
  const past = await pastOf(source, parts);
  const { usd: bound } = await leastCost(profile, prices, workload, { fromSeconds, toSeconds: untilSeconds });
  const seconds = untilSeconds - fromSeconds;
  return { name, seconds, boundUsd: bound > 0 ? bound : null, scale, fleet, workload, past };
}

function tuningNote(tuned: TunedFile, file: string, profile: ServiceProfile, names: readonly string[]): TuningNote {
  const { traces, budget, reserve, seed, serviceHash } = tuned;
  const policies = names.filter((name) => name in tuned.policies);
  return { file, isSameService: serviceHash === profileHash(profile), traces, policies, budget, reserve, seed };
}

function ruleBeside(name: string | null, policies: readonly PlannedPolicy[]): string | null {
  const rules = policies.filter(({ kind }) => kind === 'rule').map((one) => one.name);
  if (name === null || rules.includes(name)) return name;
  throw new InputProblem(
    `--beside ${name}: is no rule of --policies, which has ${rules.join(', ') || 'none'}; name one as it stands there, or add it.`,
  );
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
  const { service, prices, tuned, trace = [] } = options;
  if (options.json !== undefined && options.json !== '-') {
    await checkFileWritable(options.json, '--json', [service, prices, tuned, ...trace]);
  }
  if (options.cache !== undefined) await checkFolderWritable(options.cache, '--cache');
  if (options.out === undefined) return;
  await checkFolderWritable(options.out, '--out');
  await checkFileWritable(join(options.out, 'report.html'), '--out');
  await checkFileWritable(join(options.out, 'results.json'), '--out');
}
