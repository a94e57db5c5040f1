import type { Action } from '../../env/types.ts';
import type { JournalEntry, ObservationNote } from './journal-entry.ts';
import { walkJournal } from './walk-journal.ts';

/** What a new run asks of a decision of an earlier one: what it saw, and what its policy wanted. */
export interface Seen extends Pick<JournalEntry, 'service' | 'at'> {
  readonly observation: Pick<ObservationNote, 'arrivals' | 'arrivalsPerSecond'>;
  /** Null: it wanted nothing valid. */
  readonly action: Pick<Action, 'vmCounts'> | null;
}

/**
 * [service] What earlier runs saw after that time, oldest first: read once for all services of a process, since a journal read by each of a
 * hundred at the same time is more than the memory of a machine. Of a journal that is not there, or cannot be read, nothing.
 */
export async function seenBefore(path: string, sinceMs: number): Promise<Map<string, readonly Seen[]>> {
  const seen = new Map<string, Seen[]>();
  await walkJournal(path, sinceMs, (line) => {
    // Before there were kinds, every line was a decision.
    if (line === null || (line.kind ?? 'decision') !== 'decision') return;
    const { service, at, observation, action } = line as JournalEntry;
    if (Date.parse(at) <= sinceMs) return;
    const { arrivals, arrivalsPerSecond } = observation;
    const own = seen.get(service) ?? [];
    own.push({
      service,
      at,
      observation: { arrivals, arrivalsPerSecond },
      action: action && { vmCounts: action.vmCounts },
    });
    seen.set(service, own);
  }).catch(() => {});
  return seen;
}
