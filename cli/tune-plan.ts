import { basename } from 'node:path';
import { checkPrices } from '../env/prices.ts';
import { InputProblem } from '../env/problem.ts';
import type { PriceBook, ServiceProfile } from '../env/types.ts';
import { isGenerator } from '../env/workload/reference.ts';
import { costBound } from '../policies/bound/cost-bound.ts';
import { defaultValues, type ParameterValues, type PolicyKind } from '../policies/kind.ts';
import { policyKinds } from '../policies/registry.ts';
import { parseSpecification } from '../policies/specification.ts';
import type { TuningTrace } from '../policies/tuning/tune.ts';
import { parseDuration } from './duration.ts';
import type { Fidelity, Parts } from './parts.ts';
import { splitSpecifications } from './specifications.ts';
import { type PlannedTrace, planTraces, type TraceWishes } from './trace-plan.ts';
import { readTuned, type TunedFile, tunedSpecification } from './tuned-file.ts';
import { checkFileWritable } from './write-file.ts';

/** The command's options as they were typed. */
export interface TuneFlags {
  readonly service: string;
  readonly trace: readonly string[];
  readonly policy: readonly string[];
  readonly fidelity: string;
  readonly budget: number;
  readonly seed: number;
  readonly reserve: number;
  readonly scale?: number;
  readonly fleet?: readonly number[];
  readonly inTurn?: boolean;
  readonly start?: string;
  readonly duration?: string;
  readonly atMost?: string;
  readonly warmUp: string;
  readonly prices?: string;
  readonly earlier?: readonly string[];
  readonly out?: string;
  readonly missing?: boolean;
  readonly json?: string;
  readonly jobs?: number;
  readonly quiet?: boolean;
}

/** A rule to tune, and the parameters that stay as they were stated. */
export interface TunedRule {
  readonly kind: PolicyKind;
  readonly fixed: ParameterValues;
  /** Settings that were found earlier. */
  readonly earlier: readonly ParameterValues[];
  /** Time between its decisions: its own, or the service's. */
  readonly cadenceSeconds: number;
}

export interface TunePlan {
  readonly rules: readonly TunedRule[];
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly traces: readonly (PlannedTrace & TuningTrace)[];
  readonly fidelity: Fidelity;
  readonly warmUpSeconds: number;
}

/** Reads and checks all that the command was given; simulates and writes nothing. */
export async function planTuning(flags: TuneFlags, parts: Parts): Promise<TunePlan> {
  const fidelity = fidelityOf(flags.fidelity);
  const warmUpSeconds = parseDuration(flags.warmUp, '--warm-up');
  if (flags.inTurn === true && (flags.fleet ?? []).length < 2) {
    throw new InputProblem('--in-turn: gives several fleets to the traces in turn; name two or more with --fleet');
  }
  const inputs = [flags.service, flags.prices, ...flags.trace];
  if (flags.out !== undefined) await checkFileWritable(flags.out, '--out', inputs);
  if (flags.json !== undefined && flags.json !== '-') {
    await checkFileWritable(flags.json, '--json', [...inputs, ...(flags.earlier ?? [])]);
  }
  const profile = await parts.profile(flags.service);
  const prices = await parts.prices(flags.prices ?? null);
  checkPrices(profile, prices);
  const tuned = await Promise.all((flags.earlier ?? []).map(readTuned));
  const rules = rulesToTune(flags.policy, profile, tuned);
  for (const { kind, fixed } of rules) kind.create(profile, prices, { ...defaultValues(kind), ...fixed });
  const cadences = [profile.decisionSeconds, ...rules.map((one) => one.cadenceSeconds)];
  const planned = await planTraces(traceWishes(flags), { profile, prices, warmUpSeconds, cadences, parts });
  const origins = originsOf(planned.map((one) => one.source.reference));
  const traces = planned.map((one, place) => ({
    ...one,
    boundUsd: boundUsd(one, profile, prices),
    isDrawn: isGenerator(one.source.reference),
    origin: origins[place]!,
  }));
  return { rules, profile, prices, traces, fidelity, warmUpSeconds: planned[0]!.fromSeconds };
}

/**
 * `mixed`, `mixed:pool=2` or, for every rule in turn, `all` and `all:pool=2`; what is stated stays.
 * A policy that knows the future is no rule.
 */
function rulesToTune(policies: readonly string[], profile: ServiceProfile, tuned: readonly TunedFile[]): TunedRule[] {
  const rules = policyKinds.filter((one) => !one.isClairvoyant);
  const specifications = splitSpecifications(policies).flatMap((policy) => {
    const all = /^all(:.*)?$/.exec(policy);
    return all === null ? [policy] : rules.map(({ name }) => `${name}${all[1] ?? ''}`);
  });
  return specifications.map((one) => {
    const { kind, values } = parseSpecification(one, policyKinds);
    const earlier = tuned.map((file) => parseSpecification(tunedSpecification(file, kind.name), policyKinds).values);
    return { kind, fixed: values, earlier, cadenceSeconds: kind.cadenceSeconds ?? profile.decisionSeconds };
  });
}

/**
 * [trace] Where it comes from. Files whose names differ by numbers only, such as those of days, are one source; unless there is no other, for one source tells nothing of its error.
 */
function originsOf(references: readonly string[]): string[] {
  const series = (reference: string) => basename(reference).replace(/\d+/g, '#');
  const isOne = new Set(references.filter((one) => !isGenerator(one)).map(series)).size === 1;
  return references.map((one) => (isGenerator(one) || isOne ? one : series(one)));
}

function traceWishes(flags: TuneFlags): TraceWishes {
  const seconds = (text: string | undefined, option: string) =>
    text === undefined ? null : parseDuration(text, option);
  return {
    references: flags.trace,
    scale: flags.scale ?? null,
    fleets: flags.fleet ?? [],
    inTurn: flags.inTurn ?? false,
    startSeconds: seconds(flags.start, '--start'),
    durationSeconds: seconds(flags.duration, '--duration'),
    atMostSeconds: seconds(flags.atMost, '--at-most'),
  };
}

function boundUsd(
  { workload, fromSeconds, untilSeconds }: PlannedTrace,
  profile: ServiceProfile,
  prices: PriceBook,
): number {
  return costBound(profile, prices, workload, { fromSeconds, toSeconds: untilSeconds }).usd;
}

function fidelityOf(text: string): Fidelity {
  if (text === 'fluid' || text === 'request-level') return text;
  throw new InputProblem(`--fidelity ${text}: must be fluid (fast, approximate) or request-level (for judging)`);
}
