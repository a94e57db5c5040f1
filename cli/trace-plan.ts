import { InputProblem } from '../env/problem.ts';
import type { PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import { durationSeconds } from '../env/workload/duration.ts';
import { commonBeat } from '../policies/cadence.ts';
import { fleetScale } from '../policies/fleet-scale.ts';
import type { Parts } from './parts.ts';
import { type TraceSource, traceSource } from './trace-source.ts';

/** Which workloads a command is to use, and what part of them. */
export interface TraceWishes {
  readonly references: readonly string[];
  readonly scale: number | null;
  /** Each trace is scaled to each of these fleets (policies/fleet-scale.ts); empty: to none. */
  readonly fleets: readonly number[];
  /** The fleets are given to the traces in turn, not each to every trace. */
  readonly inTurn?: boolean;
  readonly startSeconds: number | null;
  readonly durationSeconds: number | null;
  /** Of a longer part only so much. */
  readonly atMostSeconds: number | null;
}

export interface TraceTerms {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly warmUpSeconds: number;
  /** Every policy's time between decisions: all are judged over the same time, from a moment and to a moment at which all of them decide. */
  readonly cadences: readonly number[];
  readonly parts: Pick<Parts, 'workload'>;
}

/** A trace, and the part of it that is judged. */
export interface PlannedTrace {
  readonly name: string;
  readonly source: TraceSource;
  /** What every count is multiplied with. */
  readonly scale: number;
  /** VMs that the mean load keeps busy with this scale; null: it was not asked for by that. */
  readonly fleet: number | null;
  readonly workload: Workload;
  /** Where judging begins and ends, counted from the beginning of the workload. */
  readonly fromSeconds: number;
  readonly untilSeconds: number;
}

export async function planTraces(wishes: TraceWishes, terms: TraceTerms): Promise<PlannedTrace[]> {
  const { references, fleets } = wishes;
  const twice = references.find((one, place) => references.indexOf(one) !== place);
  if (twice !== undefined) throw new InputProblem(`--trace ${twice}: is named twice; name it once`);
  if (wishes.scale !== null && fleets.length > 0) {
    throw new InputProblem(
      `--scale ${wishes.scale}: --fleet finds the multiplier of each trace itself; leave one of them out`,
    );
  }
  const planned: PlannedTrace[] = [];
  for (const [reference, vms] of scaled(wishes)) planned.push(await planTrace(reference, vms, wishes, terms));
  const names = planned.map((trace) => trace.name);
  const isShared = (name: string) => names.filter((one) => one === name).length > 1;
  // Files of the same name in two folders are told apart by their paths.
  return planned.map((trace) => (isShared(trace.name) ? { ...trace, name: trace.source.reference } : trace));
}

/** [reference, VMs that its mean load is to keep busy] */
function scaled({ references, fleets, inTurn = false }: TraceWishes): [string, number | null][] {
  if (fleets.length === 0) return references.map((one) => [one, null]);
  if (inTurn) return references.map((one, place) => [one, fleets[place % fleets.length]!]);
  return fleets.flatMap((vms) => references.map((one): [string, number] => [one, vms]));
}

async function planTrace(
  reference: string,
  vms: number | null,
  wishes: TraceWishes,
  terms: TraceTerms,
): Promise<PlannedTrace> {
  const source = await sourceOf(reference, vms, wishes, terms);
  const workload = await terms.parts.workload(source);
  const part = { name: workload.name, source, scale: source.scale ?? 1, fleet: vms, workload };
  return { ...part, ...judgedSpan(reference, workload, terms) };
}

async function sourceOf(
  reference: string,
  vms: number | null,
  wishes: TraceWishes,
  { profile, prices, parts }: TraceTerms,
): Promise<TraceSource> {
  const { startSeconds, durationSeconds: seconds } = wishes;
  const source = traceSource(reference, {
    ...(wishes.scale !== null && { scale: wishes.scale }),
    ...(startSeconds !== null && { startSeconds }),
    ...(seconds !== null && { durationSeconds: seconds }),
  });
  const whole = await parts.workload({ reference: source.reference });
  const scaled = vms === null ? source : { ...source, scale: fleetScale(profile, prices, whole, vms) };
  return shortened(scaled, whole, wishes.atMostSeconds);
}

/** Whole bins, at most as long as wished. */
function shortened(source: TraceSource, whole: Workload, atMostSeconds: number | null): TraceSource {
  const seconds = source.durationSeconds ?? durationSeconds(whole) - (source.startSeconds ?? 0);
  if (atMostSeconds === null || seconds <= atMostSeconds) return source;
  return { ...source, durationSeconds: Math.max(1, Math.floor(atMostSeconds / whole.stepSeconds)) * whole.stepSeconds };
}

function judgedSpan(
  reference: string,
  workload: Workload,
  { warmUpSeconds, cadences }: TraceTerms,
): Pick<PlannedTrace, 'fromSeconds' | 'untilSeconds'> {
  const beat = commonBeat(cadences);
  const fromSeconds = Math.ceil(warmUpSeconds / beat) * beat;
  const untilSeconds = Math.floor(durationSeconds(workload) / beat) * beat;
  if (untilSeconds > fromSeconds) return { fromSeconds, untilSeconds };
  const together =
    new Set(cadences).size > 1 ? `the policies decide together every ${beat} s` : `decisions are ${beat} s apart`;
  throw new InputProblem(
    `--trace ${reference}: lasts ${durationSeconds(workload)} s, ${together}, and the warm-up takes ${fromSeconds} s, ` +
      'so nothing is left to judge; give a longer trace or --duration, or a shorter --warm-up',
  );
}
