import { type Considered, PpoPolicy } from '../agent/policy.ts';
import type { JournalEntry, ObservationNote, PastNote } from '../controller/journal/journal-entry.ts';
import type { Decision, Observation, Policy, Signal } from '../env/types.ts';

/** Decisions that are made again at the most: what policies remember is younger. */
const longestReplay = 4320;

/** What a fresh policy wanted at the last of some decisions, after it was shown them all. */
export interface Replay {
  /** Null: it failed. */
  readonly decision: Decision | null;
  readonly failure: string | null;
  /** Of a learned policy. */
  readonly considered: readonly Considered[];
  readonly doubt: string | null;
}

/**
 * Lets a fresh policy decide again, from what the journal kept. @param entries of one run, in order; @param bins in an interval's arrivals;
 * @param past what it was told of the time before
 */
export function replay(policy: Policy, entries: readonly JournalEntry[], bins: number, past: PastNote | null): Replay {
  let decision: Decision | null = null;
  let failure: string | null = null;
  const start = Math.max(0, entries.length - longestReplay);
  if (past !== null && start === 0) {
    const { service: name, stepSeconds, requests } = past;
    policy.recall?.({ name, stepSeconds, requests: Float64Array.from(requests), counted: true });
  }
  for (let at = start; at < entries.length; at++) {
    try {
      decision = policy.decide(observationOf(entries[at]!, entries[at - 1] ?? null, bins));
      failure = null;
    } catch (error) {
      decision = null;
      failure = error instanceof Error ? error.message : 'it threw something that is no error';
    }
  }
  const considered = policy instanceof PpoPolicy && decision !== null ? policy.considered : [];
  return { decision, failure, considered, doubt: policy.trust?.() ?? null };
}

/** As far as the journal has it: other signals than arrivals are nine digits long, and as old as the oldest. */
export function observationOf(
  { timeSeconds, observation: note }: JournalEntry,
  before: JournalEntry | null,
  bins: number,
): Observation {
  const ageSeconds = note.ageSeconds ?? 0;
  const signal = (value: number | null): Signal => (value === null ? null : { value, ageSeconds });
  return {
    timeSeconds,
    arrivals: arrivalsOf(note, bins),
    utilization: note.utilization.map(signal),
    queueLength: note.queueLength.map(signal),
    latencyMs: { p50: signal(note.latencyMs.p50), p95: signal(note.latencyMs.p95), p99: signal(note.latencyMs.p99) },
    attainment: note.attainment.map(signal),
    accuracy: signal(note.accuracy),
    spilledPerSecond: signal(note.spilledPerSecond),
    pools: note.pools,
    lastAction: before?.applied ?? null,
  };
}

/** Lines of earlier versions have the mean alone: it stands for every bin. */
export function arrivalsOf(
  { arrivals, arrivalsPerSecond, ageSeconds }: ObservationNote,
  bins: number,
): Signal<readonly number[]> {
  if (arrivals) return { value: arrivals.perSecond, ageSeconds: arrivals.ageSeconds };
  if (arrivalsPerSecond === null) return null;
  return { value: new Array<number>(bins).fill(arrivalsPerSecond), ageSeconds: ageSeconds ?? 0 };
}
