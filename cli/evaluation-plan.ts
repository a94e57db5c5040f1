import { join } from 'node:path';
import { checkPrices } from '../env/prices.ts';
import { InputProblem } from '../env/problem.ts';
import type { PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import { durationSeconds } from '../env/workload/duration.ts';
import { costBound } from '../policies/bound/cost-bound.ts';
import type { JudgedTrace } from '../policies/evaluation/evaluation.ts';
import { cells } from '../policies/evaluation/matrix.ts';
import { parseDuration } from './duration.ts';
import type { EvaluationJob, Fidelity, Parts, TraceSource } from './evaluation-job.ts';
import { splitSpecifications } from './specifications.ts';
import { checkFileWritable, checkFolderWritable } from './write-file.ts';

/** The command's options as they were typed; undefined: not given. */
export interface EvaluateOptions {
  readonly service?: string;
  readonly trace?: readonly string[];
  readonly policies?: readonly string[];
  readonly scale?: string;
  readonly start?: string;
  readonly duration?: string;
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
  readonly traces: readonly JudgedTrace[];
  readonly fidelity: Fidelity;
  readonly seeds: readonly number[];
  readonly warmUpSeconds: number;
  readonly jobs: readonly EvaluationJob[];
  /** As many as were asked for; null: as many as there are cores. */
  readonly runners: number | null;
  /** A file, or - for the standard output; null: none. */
  readonly jsonFile: string | null;
  readonly reportFolder: string | null;
}

interface PlannedTrace extends JudgedTrace {
  readonly source: TraceSource;
  readonly decisions: number;
}

/** Reads and checks all that the command was given, and says what is to be run; simulates and writes nothing. */
export async function planEvaluation(options: EvaluateOptions, parts: Parts): Promise<EvaluationPlan> {
  const service = required(options.service, '--service', 'a service profile, such as examples/image-classifier.yaml');
  const references = required(
    options.trace,
    '--trace',
    'a CSV file or a generator, such as diurnal:mean=200,hours=24,seed=1',
  );
  const policies = splitSpecifications(options.policies ?? []);
  const warmUpSeconds = parseDuration(options.warmUp ?? '600', '--warm-up');
  const count = wholeNumber(options.seeds ?? '3', '--seeds', 1, 1000);
  const seeds = Array.from({ length: count }, (_, index) => index + 1);
  const fidelity = parseFidelity(options.fidelity ?? 'request-level');
  const runners = options.jobs === undefined ? null : wholeNumber(options.jobs, '--jobs', 1, 1024);
  const part = tracePart(options);
  const profile = await parts.profile(service);
  const prices = await parts.prices(options.prices ?? null);
  checkPrices(profile, prices);
  await checkPolicies(policies, profile, prices, parts);
  const traces = await planTraces(references, part, { profile, prices, warmUpSeconds, parts });
  await checkOutputs(options);
  const jobs = traces.flatMap((trace) =>
    cells([trace.name], policies, seeds).map((cell) => ({
      ...cell,
      service,
      prices: options.prices ?? null,
      source: trace.source,
      fidelity,
      decisions: trace.decisions,
      warmUpSeconds,
      keepsTimeline: options.out !== undefined && cell.seed === seeds[0],
    })),
  );
  const outputs = { jsonFile: options.json ?? null, reportFolder: options.out ?? null };
  return { profile, prices, traces, fidelity, seeds, warmUpSeconds, jobs, runners, ...outputs };
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

function tracePart(options: EvaluateOptions): Omit<TraceSource, 'reference'> {
  const scale = options.scale === undefined ? null : Number(options.scale);
  if (scale !== null && !(scale > 0 && Number.isFinite(scale))) {
    throw new InputProblem(`--scale ${options.scale}: must be a number above 0, by which every count is multiplied`);
  }
  const durationSeconds = options.duration === undefined ? null : parseDuration(options.duration, '--duration');
  if (durationSeconds === 0) throw new InputProblem('--duration 0: must be above 0, such as 30m or 24h');
  return {
    ...(scale !== null && { scale }),
    ...(options.start !== undefined && { startSeconds: parseDuration(options.start, '--start') }),
    ...(durationSeconds !== null && { durationSeconds }),
  };
}

async function checkPolicies(
  policies: readonly string[],
  profile: ServiceProfile,
  prices: PriceBook,
  parts: Parts,
): Promise<void> {
  if (policies.length === 0) {
    throw new InputProblem(
      '--policies is missing: name at least one, such as --policies static,reactive,mixed:margin=1.2',
    );
  }
  const twice = policies.find((one, place) => policies.indexOf(one) !== place);
  if (twice !== undefined) throw new InputProblem(`--policies ${twice}: is named twice; name it once`);
  for (const specification of policies) await parts.policy(specification, profile, prices);
}

interface TraceTerms {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly warmUpSeconds: number;
  readonly parts: Parts;
}

async function planTraces(
  references: readonly string[],
  part: Omit<TraceSource, 'reference'>,
  terms: TraceTerms,
): Promise<PlannedTrace[]> {
  const twice = references.find((one, place) => references.indexOf(one) !== place);
  if (twice !== undefined) throw new InputProblem(`--trace ${twice}: is named twice; name it once`);
  const planned: PlannedTrace[] = [];
  for (const reference of references) planned.push(await planTrace({ reference, ...part }, terms));
  const names = planned.map((trace) => trace.name);
  const isShared = (name: string) => names.filter((one) => one === name).length > 1;
  // Files of the same name in two folders are told apart by their paths.
  return planned.map((trace) => (isShared(trace.name) ? { ...trace, name: trace.source.reference } : trace));
}

async function planTrace(source: TraceSource, terms: TraceTerms): Promise<PlannedTrace> {
  const { profile, prices, warmUpSeconds } = terms;
  const workload = await terms.parts.workload(source);
  const decisions = Math.floor(durationSeconds(workload) / profile.decisionSeconds);
  const seconds = judgedSeconds(source.reference, decisions, warmUpSeconds, profile);
  const judged = judgedPart(workload, decisions * profile.decisionSeconds, seconds);
  const boundUsd = judged.requests.length > 0 ? costBound(profile, prices, judged).usd : 0;
  return { name: workload.name, source, decisions, seconds, boundUsd: boundUsd > 0 ? boundUsd : null };
}

/** The whole bins within the last `seconds` before `end`: what bounds the cost of a part bounds that of the whole. */
function judgedPart(workload: Workload, end: number, seconds: number): Workload {
  const { stepSeconds, requests } = workload;
  return {
    ...workload,
    requests: requests.subarray(Math.ceil((end - seconds) / stepSeconds), Math.floor(end / stepSeconds)),
  };
}

function judgedSeconds(reference: string, decisions: number, warmUpSeconds: number, profile: ServiceProfile): number {
  const { decisionSeconds } = profile;
  const warmUpDecisions = Math.ceil(warmUpSeconds / decisionSeconds);
  if (decisions > warmUpDecisions) return (decisions - warmUpDecisions) * decisionSeconds;
  throw new InputProblem(
    `--trace ${reference}: lasts ${decisions} decisions of ${decisionSeconds} s, and the warm-up of ${warmUpSeconds} s takes ` +
      `${warmUpDecisions} of them, so nothing is left to judge; give a longer trace or --duration, or a shorter --warm-up`,
  );
}

async function checkOutputs(options: EvaluateOptions): Promise<void> {
  if (options.json !== undefined && options.json !== '-') await checkFileWritable(options.json, '--json');
  if (options.out === undefined) return;
  await checkFolderWritable(options.out, '--out');
  await checkFileWritable(join(options.out, 'report.html'), '--out');
  await checkFileWritable(join(options.out, 'results.json'), '--out');
}
