import type { Mutation } from '../../env/aws/writing/mutation.ts';
import type { Intervention } from '../../env/guardrails/guarded.ts';
import { quantileMs } from '../../env/histogram.ts';
import { attainment, meanAccuracy, totalRequests, totalUsd } from '../../env/outcome.ts';
import type { Action, Observation, Outcome, PoolState, Signal } from '../../env/types.ts';
import type { Rung } from '../rung.ts';

export type Mode = 'shadow' | 'live';

/** One line of the journal; docs/journal.md explains each field. */
export type JournalLine = JournalEntry | IntentNote | MissedNote | PastNote;

/** A decision, written when it is over. */
export interface JournalEntry {
  readonly kind: 'decision';
  /** Run id and number of the decision, from 1: `<run>/<number>`, and in a live run `<run>/<service>/<number>`. */
  readonly id: string;
  /** Wall time at which the decision began, ISO 8601. */
  readonly at: string;
  /** Time of the environment. */
  readonly timeSeconds: number;
  readonly service: string;
  readonly mode: Mode;
  readonly policy: string;
  readonly observation: ObservationNote;
  /** What the policy proposed; null where it gave nothing valid. */
  readonly action: Action | null;
  /** What reached the environment. */
  readonly applied: Action;
  /** Names of the variants that both speak of by their index. */
  readonly variants: { readonly action: string | null; readonly applied: string };
  readonly reason: string | null;
  /** Why the proposal was set aside, in a sentence; null where it was not. */
  readonly held: string | null;
  /** Who decided: the policy, its fallback, or nobody; `because` says why it was not the policy, null: it was. */
  readonly decidedBy: { readonly rung: Rung; readonly because: string | null };
  /** What changed the action on its way to the environment, in order; empty where nothing did. */
  readonly guardrails: readonly Intervention[];
  /** Shadow mode: who drives the fleet instead, and why; null in live mode. */
  readonly incumbent: { readonly policy: string; readonly reason: string | null; readonly held: string | null } | null;
  /** What was sent to AWS and the router for it, or would have been in shadow mode; a simulation is sent nothing. */
  readonly writes: readonly WriteNote[];
  /** What went wrong while the action was made so, in a sentence; null: nothing. */
  readonly fault: string | null;
  /** Null where nobody knows: the run was stopped before the interval was over, say. */
  readonly outcome: OutcomeNote | null;
  /** Wall time from the observation to the end of the step. */
  readonly tickMs: number;
}

/** Written before a change is sent, so that a crash leaves no change that nobody knows of. */
export interface IntentNote {
  readonly kind: 'intent';
  /** Of its decision. */
  readonly id: string;
  readonly at: string;
  readonly service: string;
  readonly mode: Mode;
  readonly mutation: Mutation;
}

/** Which requests the policy was told of that came before its run: without it, its decisions could not be made again. */
export interface PastNote {
  readonly kind: 'past';
  /** Run id and service: the id of a decision without its number. */
  readonly id: string;
  readonly at: string;
  readonly service: string;
  readonly mode: Mode;
  /** End of the last step, ISO 8601. */
  readonly until: string;
  readonly stepSeconds: number;
  /** [step] Oldest first. */
  readonly requests: readonly number[];
}

/** What became of a change: `refused` by AWS, or by Spillway before it was sent. */
export interface WriteNote {
  readonly mutation: Mutation;
  readonly state: 'done' | 'refused' | 'unknown';
  readonly fault: string | null;
}

/** A decision that could not be made, in time or at all: what is in force stays. */
export interface MissedNote {
  readonly kind: 'missed';
  readonly id: string;
  readonly at: string;
  readonly service: string;
  readonly mode: Mode;
  /** Why, in a sentence. */
  readonly said: string;
}

/** An observation, shortened; a number that was absent is null. */
export interface ObservationNote {
  readonly arrivalsPerSecond: number | null;
  /** Arrivals bin by bin, oldest first, and their age: what a policy needs to decide again (`spillway explain`). */
  readonly arrivals: { readonly perSecond: readonly number[]; readonly ageSeconds: number } | null;
  /** Of the oldest signal that is there. */
  readonly ageSeconds: number | null;
  readonly utilization: readonly (number | null)[];
  readonly queueLength: readonly (number | null)[];
  readonly latencyMs: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null };
  readonly attainment: readonly (number | null)[];
  readonly accuracy: number | null;
  readonly spilledPerSecond: number | null;
  readonly pools: readonly PoolState[];
}

/** An outcome without its histogram, and with what is derived from it. */
export interface OutcomeNote {
  readonly seconds: number;
  readonly requests: number;
  readonly inTime: number;
  readonly late: number;
  readonly lost: number;
  readonly attainment: number | null;
  readonly accuracy: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly usd: number;
  readonly usdByKind: Outcome['usd'];
  readonly spilled: number;
  readonly throttled: number;
  readonly coldStarts: number;
  readonly launches: number;
  readonly terminations: number;
  readonly interruptions: number;
}

export function observationNote(observation: Observation): ObservationNote {
  const { arrivals, latencyMs } = observation;
  return {
    arrivalsPerSecond: arrivals === null ? null : short(mean(arrivals.value)),
    arrivals: arrivals === null ? null : { perSecond: arrivals.value.map(short), ageSeconds: arrivals.ageSeconds },
    ageSeconds: oldestSeconds(observation),
    utilization: observation.utilization.map(reading),
    queueLength: observation.queueLength.map(reading),
    latencyMs: { p50: reading(latencyMs.p50), p95: reading(latencyMs.p95), p99: reading(latencyMs.p99) },
    attainment: observation.attainment.map(reading),
    accuracy: reading(observation.accuracy),
    spilledPerSecond: reading(observation.spilledPerSecond),
    pools: observation.pools,
  };
}

export function outcomeNote(outcome: Outcome): OutcomeNote {
  const sum = (field: 'inTime' | 'late' | 'lost') => outcome.classes.reduce((total, one) => total + one[field], 0);
  const { spilled, throttled, coldStarts, launches, terminations, interruptions } = outcome;
  return {
    seconds: outcome.seconds,
    requests: short(totalRequests(outcome)),
    inTime: short(sum('inTime')),
    late: short(sum('late')),
    lost: short(sum('lost')),
    attainment: shortOrNull(attainment(outcome.classes)),
    accuracy: shortOrNull(meanAccuracy(outcome)),
    p50Ms: shortOrNull(quantileMs(outcome.latency, 0.5)),
    p95Ms: shortOrNull(quantileMs(outcome.latency, 0.95)),
    p99Ms: shortOrNull(quantileMs(outcome.latency, 0.99)),
    usd: short(totalUsd(outcome)),
    usdByKind: {
      vm: short(outcome.usd.vm),
      lambdaCompute: short(outcome.usd.lambdaCompute),
      lambdaRequests: short(outcome.usd.lambdaRequests),
      lambdaProvisioned: short(outcome.usd.lambdaProvisioned),
    },
    spilled: short(spilled),
    throttled: short(throttled),
    coldStarts: short(coldStarts),
    launches,
    terminations,
    interruptions,
  };
}

function oldestSeconds(observation: Observation): number | null {
  const { arrivals, utilization, queueLength, latencyMs, accuracy, spilledPerSecond } = observation;
  const signals: Signal<unknown>[] = [
    arrivals,
    accuracy,
    spilledPerSecond,
    latencyMs.p50,
    latencyMs.p95,
    latencyMs.p99,
  ];
  signals.push(...utilization, ...queueLength, ...observation.attainment);
  const ages = signals.flatMap((signal) => (signal === null ? [] : [signal.ageSeconds]));
  return ages.length === 0 ? null : Math.max(...ages);
}

function reading(signal: Signal): number | null {
  return signal === null ? null : short(signal.value);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Nine significant digits: enough to add the journal up to the bill, and the lines stay readable. */
function short(value: number): number {
  // A whole number of so few digits stays, and most are.
  return Number.isInteger(value) && Math.abs(value) < 1e9 ? value : Number(value.toPrecision(9));
}

function shortOrNull(value: number | null): number | null {
  return value === null ? null : short(value);
}
