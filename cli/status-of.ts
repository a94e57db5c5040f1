import type { JournalEntry, MissedNote } from '../controller/journal/journal-entry.ts';
import type { JournalContent } from '../controller/journal/read-journal.ts';
import { runOf } from '../controller/journal/run-of.ts';
import type { Intervention } from '../env/guardrails/guarded.ts';
import type { PoolState } from '../env/types.ts';

/** What the journal adds up to over some time. */
export interface Stretch {
  readonly decisions: number;
  readonly missed: number;
  readonly requests: number;
  /** Share in time of those answered or lost; null: there were none. */
  readonly attainment: number | null;
  readonly usd: number;
}

/** How one service stands, as far as the journal tells. */
export interface ServiceStatus {
  readonly service: string;
  readonly mode: string;
  readonly policy: string;
  /** Of the last decision. */
  readonly id: string;
  readonly at: string;
  readonly rung: string;
  readonly because: string | null;
  readonly reason: string | null;
  readonly held: string | null;
  readonly fault: string | null;
  readonly guardrails: readonly Intervention[];
  readonly wanted: {
    readonly vmCounts: readonly number[];
    readonly variant: number;
    /** Null: the line is of a version that did not say. */
    readonly variantName: string | null;
    readonly lambdaMemoryMb: number;
  };
  readonly pools: readonly PoolState[];
  readonly arrivalsPerSecond: number | null;
  readonly ageSeconds: number | null;
  /** A decision after it that could not be made; null: there is none. */
  readonly missed: { readonly at: string; readonly said: string } | null;
  readonly hour: Stretch;
  readonly day: Stretch;
}

const hourSeconds = 3600;
const daySeconds = 24 * hourSeconds;
export const dayMs = 1000 * daySeconds;

/** [service] In the order of their names. Hours and days end with the newest line of the service, and are those of a simulation where time runs in one. */
export function statusOf({ entries, missed }: JournalContent): ServiceStatus[] {
  // Before there were services in it, a journal was of one.
  const names = [...new Set(entries.map(({ service }) => service ?? ''))].sort();
  return names.map((name) =>
    ofService(
      entries.filter(({ service }) => (service ?? '') === name),
      missed.filter(({ service }) => service === name),
    ),
  );
}

function ofService(entries: readonly JournalEntry[], missed: readonly MissedNote[]): ServiceStatus {
  const last = entries.at(-1)!;
  const lastMissed = missed.at(-1);
  const isAfter = lastMissed !== undefined && lastMissed.at > last.at;
  const endMs = Date.parse(isAfter ? lastMissed.at : last.at);
  const { action, applied, observation, decidedBy } = last;
  const isProposal = last.mode === 'shadow' && action !== null;
  const { vmCounts, variant, lambdaMemoryMb } = isProposal ? action : applied;
  const variantName = last.variants?.[isProposal ? 'action' : 'applied'] ?? null;
  return {
    service: last.service ?? '',
    ...{ mode: last.mode, policy: last.policy, id: last.id, at: last.at, ...neverSaid, ...decidedBy },
    ...{ reason: last.reason, held: last.held ?? null, fault: last.fault ?? null, guardrails: last.guardrails ?? [] },
    wanted: { vmCounts, variant, variantName, lambdaMemoryMb },
    pools: observation.pools,
    arrivalsPerSecond: observation.arrivalsPerSecond,
    ageSeconds: observation.ageSeconds,
    missed: isAfter ? { at: lastMissed.at, said: lastMissed.said } : null,
    hour: stretch(entries, missed, endMs, hourSeconds),
    day: stretch(entries, missed, endMs, daySeconds),
  };
}

const neverSaid = { rung: 'policy', because: null };

function stretch(
  all: readonly JournalEntry[],
  allMissed: readonly MissedNote[],
  endMs: number,
  seconds: number,
): Stretch {
  const last = all.at(-1)!;
  const isIn = ({ at }: { readonly at: string }) => Date.parse(at) > endMs - 1000 * seconds;
  // A simulation may go through days in a minute of the wall clock.
  const isOver = (entry: JournalEntry) =>
    runOf(entry) === runOf(last) && entry.timeSeconds <= last.timeSeconds - seconds;
  const entries = all.filter((entry) => isIn(entry) && !isOver(entry));
  const outcomes = entries.flatMap(({ outcome }) => (outcome === null ? [] : [outcome]));
  const sum = (field: 'requests' | 'inTime' | 'late' | 'lost' | 'usd') =>
    outcomes.reduce((total, outcome) => total + outcome[field], 0);
  const over = sum('inTime') + sum('late') + sum('lost');
  return {
    decisions: entries.length,
    missed: allMissed.filter(isIn).length,
    requests: sum('requests'),
    attainment: over > 0 ? sum('inTime') / over : null,
    usd: sum('usd'),
  };
}
