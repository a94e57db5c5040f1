import type { JournalEntry, JournalLine, MissedNote, OutcomeNote } from '../controller/journal/journal-entry.ts';
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

/** What hours and days are added up from. */
interface Decided {
  readonly run: string;
  readonly atMs: number;
  readonly timeSeconds: number;
  readonly outcome: Pick<OutcomeNote, Sum> | null;
}

type Sum = 'requests' | 'inTime' | 'late' | 'lost' | 'usd';

/** Of one service, as far as it was read. */
interface Read {
  last: JournalEntry | null;
  lastMissed: MissedNote | null;
  decided: Decided[];
  missedMs: number[];
  /** Of `decided` when what is older than a day was put away last. */
  kept: number;
}

/**
 * How the services of a journal stand, from its lines in their order; of all but the newest it keeps what a day adds up to. Hours and days end
 * with the newest line of the service, and are those of a simulation where time runs in one.
 */
export class Standings {
  readonly #services = new Map<string, Read>();

  read(line: JournalLine | null): void {
    // Before there were kinds, every line was a decision, and before there were services in it, a journal was of one.
    const kind = line?.kind ?? 'decision';
    if (line === null || (kind !== 'decision' && kind !== 'missed')) return;
    const name = line.service ?? '';
    const read = this.#services.get(name) ?? { last: null, lastMissed: null, decided: [], missedMs: [], kept: 0 };
    this.#services.set(name, read);
    if (kind === 'missed') {
      read.lastMissed = line as MissedNote;
      read.missedMs.push(Date.parse(line.at));
    } else decide(read, line as JournalEntry);
  }

  /** [service] In the order of their names. */
  get decided(): ServiceStatus[] {
    return this.#sorted.flatMap((read) => (read.last === null ? [] : [ofService(read, read.last)]));
  }

  /** [service] The newest decision that was missed of those for which none was made. */
  get undecided(): MissedNote[] {
    return this.#sorted.flatMap(({ last, lastMissed }) => (last === null && lastMissed !== null ? [lastMissed] : []));
  }

  get #sorted(): Read[] {
    return [...this.#services].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, read]) => read);
  }
}

function decide(read: Read, entry: JournalEntry): void {
  const { at, timeSeconds, outcome } = entry;
  const sums = outcome && {
    ...{ requests: outcome.requests, inTime: outcome.inTime, late: outcome.late, lost: outcome.lost },
    usd: outcome.usd,
  };
  read.last = entry;
  read.decided.push({ run: runOf(entry), atMs: Date.parse(at), timeSeconds, outcome: sums });
  if (read.decided.length < 2 * read.kept + 1000) return;
  read.decided = within(read.decided, Date.parse(at), daySeconds);
  read.kept = read.decided.length;
}

function ofService({ decided, lastMissed, missedMs }: Read, last: JournalEntry): ServiceStatus {
  const isAfter = lastMissed !== null && lastMissed.at > last.at;
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
    hour: stretch(decided, missedMs, endMs, hourSeconds),
    day: stretch(decided, missedMs, endMs, daySeconds),
  };
}

const neverSaid = { rung: 'policy', because: null };

/** Of so many seconds up to then. */
function within(all: readonly Decided[], endMs: number, seconds: number): Decided[] {
  const last = all.at(-1)!;
  // A simulation may go through days in a minute of the wall clock.
  const isOver = ({ run, timeSeconds }: Decided) => run === last.run && timeSeconds <= last.timeSeconds - seconds;
  return all.filter((one) => one.atMs > endMs - 1000 * seconds && !isOver(one));
}

function stretch(all: readonly Decided[], missedMs: readonly number[], endMs: number, seconds: number): Stretch {
  const decided = within(all, endMs, seconds);
  const outcomes = decided.flatMap(({ outcome }) => (outcome === null ? [] : [outcome]));
  const sum = (field: Sum) => outcomes.reduce((total, outcome) => total + outcome[field], 0);
  const over = sum('inTime') + sum('late') + sum('lost');
  return {
    decisions: decided.length,
    missed: missedMs.filter((atMs) => atMs > endMs - 1000 * seconds).length,
    requests: sum('requests'),
    attainment: over > 0 ? sum('inTime') / over : null,
    usd: sum('usd'),
  };
}
