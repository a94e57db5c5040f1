import { checkPrices } from '../env/prices.ts';
import { InputProblem } from '../env/problem.ts';
import type { PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import { durationSeconds } from '../env/workload/duration.ts';
import { defaultValues, type ParameterValues, type PolicyKind } from '../policies/kind.ts';
import { policyKinds } from '../policies/registry.ts';
import { parseSpecification } from '../policies/specification.ts';
import { type TuningTrace, tuningTrace } from '../policies/tuning/tune.ts';
import { parseDuration } from './duration.ts';
import type { Fidelity, Parts, TraceSource } from './evaluation-job.ts';
import { checkFileWritable } from './write-file.ts';

/** The command's options as they were typed. */
export interface TuneFlags {
  readonly service: string;
  readonly trace: readonly string[];
  readonly policy: string;
  readonly fidelity: string;
  readonly budget: number;
  readonly seed: number;
  readonly reserve: number;
  readonly scale?: number;
  readonly start?: string;
  readonly duration?: string;
  readonly warmUp: string;
  readonly prices?: string;
  readonly json?: string;
  readonly jobs?: number;
  readonly quiet?: boolean;
}

/** A rule to tune, and the parameters that stay as they were stated. */
export interface TunedRule {
  readonly kind: PolicyKind;
  readonly fixed: ParameterValues;
}

export interface PlannedTrace extends TuningTrace {
  readonly name: string;
  readonly source: TraceSource;
}

export interface TunePlan {
  readonly rules: readonly TunedRule[];
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly traces: readonly PlannedTrace[];
  readonly fidelity: Fidelity;
  readonly warmUpSeconds: number;
}

/** Reads and checks all that the command was given; simulates and writes nothing. */
export async function planTuning(flags: TuneFlags, parts: Parts): Promise<TunePlan> {
  const rules = rulesToTune(flags.policy);
  const fidelity = fidelityOf(flags.fidelity);
  const warmUpSeconds = parseDuration(flags.warmUp, '--warm-up');
  if (flags.json !== undefined && flags.json !== '-') await checkFileWritable(flags.json, '--json');
  const profile = await parts.profile(flags.service);
  const prices = await parts.prices(flags.prices ?? null);
  checkPrices(profile, prices);
  for (const { kind, fixed } of rules) kind.create(profile, prices, { ...defaultValues(kind), ...fixed });
  const traces = await planTraces(flags, profile, prices, warmUpSeconds, parts);
  return { rules, profile, prices, traces, fidelity, warmUpSeconds };
}

/** `mixed`, `mixed:pool=2` or, for every rule in turn, `all` and `all:pool=2`; what is stated stays. */
function rulesToTune(policy: string): TunedRule[] {
  const stated = /^\s*all\s*(:.*)?$/.exec(policy);
  const specifications = stated === null ? [policy] : policyKinds.map(({ name }) => `${name}${stated[1] ?? ''}`);
  return specifications.map((one) => {
    const { kind, values } = parseSpecification(one, policyKinds);
    return { kind, fixed: values };
  });
}

async function planTraces(
  flags: TuneFlags,
  profile: ServiceProfile,
  prices: PriceBook,
  warmUpSeconds: number,
  parts: Parts,
): Promise<PlannedTrace[]> {
  const part: Omit<TraceSource, 'reference'> = {
    ...(flags.scale !== undefined && { scale: flags.scale }),
    ...(flags.start !== undefined && { startSeconds: parseDuration(flags.start, '--start') }),
    ...(flags.duration !== undefined && { durationSeconds: parseDuration(flags.duration, '--duration') }),
  };
  const traces: PlannedTrace[] = [];
  for (const reference of flags.trace) {
    const source = { reference, ...part };
    const workload = await parts.workload(source);
    checkLength(reference, workload, profile, warmUpSeconds);
    traces.push({ name: workload.name, source, ...tuningTrace(workload, profile, prices, warmUpSeconds) });
  }
  return traces;
}

function checkLength(reference: string, workload: Workload, profile: ServiceProfile, warmUpSeconds: number): void {
  const least = (Math.ceil(warmUpSeconds / profile.decisionSeconds) + 1) * profile.decisionSeconds;
  if (durationSeconds(workload) >= least) return;
  throw new InputProblem(
    `--trace ${reference}: lasts ${durationSeconds(workload)} s, but a warm-up of ${warmUpSeconds} s and one decision need ` +
      `${least} s; give a longer trace or --duration, or a shorter --warm-up`,
  );
}

function fidelityOf(text: string): Fidelity {
  if (text === 'fluid' || text === 'request-level') return text;
  throw new InputProblem(`--fidelity ${text}: must be fluid (fast, approximate) or request-level (for judging)`);
}
