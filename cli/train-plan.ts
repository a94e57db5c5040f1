import { createHash } from 'node:crypto';
import { levelFeatures } from '../agent/level-features.ts';
import { allLevels } from '../agent/pool-stacks.ts';
import { checkFits, loadAgent } from '../agent/saved-agent.ts';
import { serviceFeatures } from '../agent/service-features.ts';
import { type StartingPoint, startingPoint } from '../agent/starting-point.ts';
import { adaptedFleets, adaptingDefaults, type TrainingOptions, trainingDefaults } from '../agent/training-options.ts';
import { checkPrices } from '../env/prices.ts';
import { InputProblem } from '../env/problem.ts';
import { profileHash } from '../env/profile.ts';
import type { PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import { durationSeconds } from '../env/workload/duration.ts';
import { scaleWorkload } from '../env/workload/scale.ts';
import { sliceWorkload } from '../env/workload/slice.ts';
import { parseDuration } from './duration.ts';
import type { Parts } from './parts.ts';
import { checkpointIn } from './policy.ts';
import type { TraceSource } from './trace-source.ts';

export interface TrainFlags {
  readonly env: string;
  readonly service: string;
  readonly also?: readonly string[];
  readonly from?: string;
  readonly spread?: number;
  readonly anyService?: number;
  readonly trace?: readonly string[];
  readonly validate?: readonly string[];
  readonly scale?: number;
  readonly rate?: readonly number[];
  readonly start?: string;
  readonly duration?: string;
  readonly prices?: string;
  readonly out?: string;
  readonly resume?: boolean;
  readonly rangesOf?: string;
  readonly lessons?: number;
  readonly steps?: number;
  readonly serviceSteps?: number;
  readonly seed: number;
  readonly backend: string;
  readonly quiet?: boolean;
}

export interface TrainPlan {
  readonly options: TrainingOptions;
  /** Equal for runs that can be resumed with these flags. */
  readonly fingerprint: string;
}

/** Share of a training trace, its end, that is kept for validation where no --validate is given. */
const validationShare = 0.25;
/** So much of a workload is enough to tell policies apart: a day. */
const longestValidationSeconds = 24 * 3600;
/** Validated on besides, scaled to the mean rate of what is given, so that one trace alone does not decide. */
const syntheticValidation = [
  'diurnal:mean=100,hours=6,peakHour=5,seed=7001',
  'flash-crowd:base=60,hours=4,seed=7002',
  'synthetic:mean=100,hours=6,seed=7003',
];

type TrainParts = Pick<Parts, 'profile' | 'prices' | 'workload'>;

/** Reads and checks everything that a training run needs, before anything is written. */
export async function planTraining(flags: TrainFlags, parts: TrainParts): Promise<TrainPlan> {
  const profile = await parts.profile(flags.service);
  const prices = await parts.prices(flags.prices ?? null);
  checkPrices(profile, prices);
  const also = await readAlso(flags, profile, prices, parts);
  const given = await readAll(flags.trace ?? [], flags, parts);
  for (const one of given) checkDemand('--trace', one, profile);
  const validation = atRates(await readValidation(flags, profile, given, parts), flags.rate);
  const training = flags.validate || given.length === 0 ? given : given.map((one) => firstPart(one, profile));
  const from = await startOf(flags, profile);
  const defaults = from === null ? trainingDefaults : { ...trainingDefaults, ...adaptingDefaults, from };
  const options: TrainingOptions = {
    ...defaults,
    ...(from !== null &&
      given.length > 0 && { meanVms: fleetsAround(flags.rate ?? given.map(rateOf), [profile, ...also], prices) }),
    profile,
    prices,
    also,
    training,
    validation,
    spread: flags.spread ?? trainingDefaults.spread,
    anyService: flags.anyService ?? trainingDefaults.anyService,
    seed: flags.seed,
    lessons: flags.lessons ?? defaults.lessons,
    levelSteps: flags.steps ?? defaults.levelSteps,
    serviceSteps: flags.serviceSteps ?? defaults.serviceSteps,
  };
  return { options, fingerprint: fingerprintOf(options, profile, prices, training, validation) };
}

/** The agent that training begins with; null: none. Lessons would teach it hindsight anew, and with that another normalisation. */
async function startOf({ from, lessons = 0 }: TrainFlags, profile: ServiceProfile): Promise<StartingPoint | null> {
  if (from === undefined) return null;
  if (lessons > 0) {
    throw new InputProblem(
      `--lessons ${lessons}: an agent that training begins with (--from ${from}) has had its lessons; leave one of the two out.`,
    );
  }
  const saved = await loadAgent(await checkpointIn(from));
  checkFits(from, saved, profile);
  return startingPoint(from, saved);
}

/** From half of the smallest to twice the largest fleet that these mean rates keep busy. */
function fleetsAround(
  rates: readonly number[],
  profiles: readonly ServiceProfile[],
  prices: PriceBook,
): readonly [number, number] {
  const perVm = profiles.flatMap((one) => allLevels(one, prices).map((level) => level.vmPerSecond));
  const [least, most] = adaptedFleets;
  return [(least * Math.min(...rates)) / Math.max(...perVm), (most * Math.max(...rates)) / Math.min(...perVm)];
}

/** Further services; one network decides for all of them, so they must decide as often and see as finely. */
async function readAlso(
  flags: TrainFlags,
  { decisionSeconds, metrics }: ServiceProfile,
  prices: PriceBook,
  parts: TrainParts,
): Promise<ServiceProfile[]> {
  const also: ServiceProfile[] = [];
  for (const path of flags.also ?? []) {
    const one = await parts.profile(path);
    checkPrices(one, prices);
    if (one.decisionSeconds !== decisionSeconds || one.metrics.binSeconds !== metrics.binSeconds) {
      throw new InputProblem(
        `--also ${path}: it decides every ${one.decisionSeconds} s on bins of ${one.metrics.binSeconds} s, but --service ${flags.service} ` +
          `every ${decisionSeconds} s on bins of ${metrics.binSeconds} s: give services of one rhythm.`,
      );
    }
    also.push(one);
  }
  return also;
}

/** Each workload with each of these mean rates, in requests per second; as it is where none is given. */
function atRates(workloads: readonly Workload[], rates: readonly number[] | undefined): Workload[] {
  if (!rates) return [...workloads];
  const empty = workloads.find((one) => rateOf(one) === 0);
  if (empty !== undefined) {
    throw new InputProblem(
      `--rate: ${empty.name}, which is validated on, holds no request that could be scaled: name others with --validate.`,
    );
  }
  return rates.flatMap((rate) => workloads.map((one) => scaleWorkload(one, rate / rateOf(one))));
}

async function readAll(references: readonly string[], flags: TrainFlags, parts: TrainParts): Promise<Workload[]> {
  const part: Omit<TraceSource, 'reference'> = {
    ...(flags.scale !== undefined && { scale: flags.scale }),
    ...(flags.start !== undefined && { startSeconds: parseDuration(flags.start, '--start') }),
    ...(flags.duration !== undefined && { durationSeconds: parseDuration(flags.duration, '--duration') }),
  };
  const workloads: Workload[] = [];
  for (const reference of references) workloads.push(await parts.workload({ reference, ...part }));
  return workloads;
}

/** Intervals that are needed to learn from a trace and validate on its end, and to validate alone. */
const leastIntervals = { '--trace': 60, '--validate': 20 };

function checkDemand(option: keyof typeof leastIntervals, workload: Workload, profile: ServiceProfile): void {
  const intervals = leastIntervals[option];
  const least = intervals * profile.decisionSeconds;
  if (durationSeconds(workload) < least) {
    throw new InputProblem(
      `${option} ${workload.name}: lasts ${durationSeconds(workload)} s, but training needs at least ${intervals} decision intervals (${least} s): give a longer one.`,
    );
  }
  if (rateOf(workload) > 0) return;
  throw new InputProblem(`${option} ${workload.name}: holds no request to learn from: give one with demand.`);
}

async function readValidation(
  flags: TrainFlags,
  profile: ServiceProfile,
  given: readonly Workload[],
  parts: TrainParts,
): Promise<Workload[]> {
  if (flags.validate) {
    const validation = await readAll(flags.validate, flags, parts);
    for (const one of validation) checkDemand('--validate', one, profile);
    return validation.map((one) => cut(one, 0, profile));
  }
  const meanRate = given.length > 0 ? given.reduce((sum, one) => sum + rateOf(one), 0) / given.length : 100;
  const synthetic = syntheticValidation.map((reference) => parts.workload({ reference, scale: meanRate / 100 }));
  return [...given.map((one) => cut(one, splitSeconds(one, profile), profile)), ...(await Promise.all(synthetic))];
}

function rateOf(workload: Workload): number {
  return workload.requests.reduce((sum, one) => sum + one, 0) / durationSeconds(workload);
}

/** Where the part for validation begins, on an edge of both the trace's bins and the decisions. */
function splitSeconds(workload: Workload, { decisionSeconds }: ServiceProfile): number {
  const step = leastCommonMultiple(workload.stepSeconds, decisionSeconds);
  return Math.floor((durationSeconds(workload) * (1 - validationShare)) / step) * step;
}

function leastCommonMultiple(a: number, b: number): number {
  let multiple = a;
  while (Math.abs(multiple / b - Math.round(multiple / b)) > 1e-9) multiple += a;
  return multiple;
}

function firstPart(workload: Workload, profile: ServiceProfile): Workload {
  return sliceWorkload(workload, 0, splitSeconds(workload, profile));
}

function cut(workload: Workload, start: number, { decisionSeconds }: ServiceProfile): Workload {
  const step = leastCommonMultiple(workload.stepSeconds, decisionSeconds);
  const left = Math.min(longestValidationSeconds, durationSeconds(workload) - start);
  return sliceWorkload(workload, start, Math.floor(left / step) * step);
}

function fingerprintOf(
  options: TrainingOptions,
  profile: ServiceProfile,
  prices: PriceBook,
  training: readonly Workload[],
  validation: readonly Workload[],
): string {
  const describe = (one: Workload) => [one.name, one.stepSeconds, hashOf(one.requests)];
  const facts = {
    ...options,
    ...(options.from && { from: options.from.hash }),
    profile: profileHash(profile),
    also: options.also.map(profileHash),
    prices,
    training: training.map(describe),
    validation: validation.map(describe),
    // Of another version they may be others: what was learnt of the ones would be taken for the others.
    features: { level: levelFeatures, service: serviceFeatures },
  };
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
}

function hashOf(requests: Float64Array): string {
  return createHash('sha256')
    .update(new Uint8Array(requests.buffer, requests.byteOffset, requests.byteLength))
    .digest('hex');
}
