import type { Logger } from 'pino';
import type { Bounding } from '../env/guardrails/guarded.ts';
import { defaultLimits, type Limits } from '../env/guardrails/limits.ts';
import type { Standing } from '../env/lease.ts';
import { OutcomeUnknown } from '../env/outcome-unknown.ts';
import type { Environment, Observation, Outcome, Policy, ServiceProfile } from '../env/types.ts';
import type { Clock } from './clock.ts';
import { asBounded, type Draft, draftOf } from './draft.ts';
import { Guard } from './guard.ts';
import type { Journal } from './journal/journal.ts';
import { type JournalEntry, type MissedNote, type Mode, outcomeNote, type WriteNote } from './journal/journal-entry.ts';
import { Ladder } from './ladder.ts';
import { Tally } from './tally.ts';

export interface TickParts {
  readonly runId: string;
  readonly profile: ServiceProfile;
  readonly environment: Environment;
  /** What the environment's guardrails made of the newest action, where it has any, and what the last day needed. */
  readonly guarded?: { readonly last: Bounding | null; usuallyNeeded?(): readonly number[] | null };
  readonly policy: Policy;
  /** Stands in for the policy where it cannot be trusted; absent: what is in force is held. */
  readonly fallback?: Policy;
  /** When it does; absent: by the default limits. */
  readonly ladder?: Limits['ladder'];
  /** Shadow mode of a simulation: the policy that drives the fleet, while the other one only proposes. Else null. */
  readonly incumbent: Policy | null;
  /** Absent: shadow where there is an incumbent, else live. */
  readonly mode?: Mode;
  readonly journal: Pick<Journal, 'append'>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly clock: Clock;
  /** Told of each decision once it is journaled. */
  readonly decided?: (entry: JournalEntry, observation: Observation) => void;
  /** What a service of AWS has beside that; absent: of a simulation. */
  readonly live?: LiveTickParts;
}

export interface LiveTickParts {
  /** Name of the service, in place of its profile's; in ids, too. */
  readonly name: string;
  /** Whether this controller may write, asked at each decision; absent: nobody else is there. */
  readonly standing?: () => Promise<Standing>;
  /** To whom the fleet is given where nobody here knows what to do; null: to nobody. */
  readonly handBack: HandBack | null;
  /** What is sent for a decision; `of` is told before its step, `taken` asked after it. */
  readonly writes: { of(id: string): void; taken(): readonly WriteNote[] };
  /** Awaited between the observation and the decision, so that services can be decided together. */
  readonly meet?: (observation: Observation) => Promise<void>;
  /** Told of each decision that could not be made, once it is journaled. */
  readonly missed?: (note: MissedNote) => void;
}

/** The groups' own scaling policies, declared beforehand. What could not be done throws, and is done again at the next decision. */
export interface HandBack {
  give(): Promise<void>;
  takeBack(): Promise<void>;
}

/** A decision on its way. */
interface Attempt {
  readonly id: string;
  readonly at: string;
  readonly startMs: number;
  /** Null before there is one. */
  made: { readonly draft: Draft; readonly observation: Observation } | null;
  /** Journaled, or given up: whatever comes of it later is dropped. */
  isOver: boolean;
}

/** What came of a step. */
interface Came {
  readonly outcome: Outcome | null;
  readonly fault: string | null;
  /** The step itself failed, or was given up. */
  readonly isFailure: boolean;
}

/** One decision: observe, decide, step, journal. */
export class Tick {
  readonly tally: Tally;
  readonly #parts: TickParts;
  readonly #ladder: Ladder;
  readonly #incumbent: Guard | null;
  readonly #mode: Mode;
  #attempts = 0;
  #attempt: Attempt | null = null;
  #isHandedBack = false;

  constructor(parts: TickParts) {
    this.#parts = parts;
    const { policy, fallback = null, profile, ladder = defaultLimits.ladder, incumbent, guarded, live } = parts;
    this.#ladder = new Ladder(policy, fallback, profile, ladder, {
      canHandBack: (live?.handBack ?? null) !== null,
      usuallyNeeded: () => guarded?.usuallyNeeded?.() ?? null,
    });
    this.#incumbent = incumbent === null ? null : new Guard(incumbent, profile);
    this.#mode = parts.mode ?? (incumbent === null ? 'live' : 'shadow');
    this.tally = new Tally(profile, this.#mode);
  }

  /** To be called again only after the last call has ended. What the environment throws is journaled, and thrown on. */
  async run(): Promise<void> {
    const { environment, live } = this.#parts;
    const attempt = this.#begin();
    this.#attempt = attempt;
    const [standing, observation] = await Promise.all([live?.standing?.() ?? null, environment.observe()]);
    if (!attempt.isOver) await live?.meet?.(observation);
    if (attempt.isOver) return;
    const draft = this.#decide(attempt, observation, standing);
    let outcome: Outcome | null = null;
    let fault: string | null = null;
    let isFailure = false;
    try {
      outcome = await this.#act(draft);
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error);
      // The world goes on, and the next observation tells what has become of it: nothing is done twice.
      isFailure = !(error instanceof OutcomeUnknown);
      if (isFailure) throw error;
    } finally {
      if (!attempt.isOver) await this.#record(attempt, { outcome, fault, isFailure });
    }
  }

  /** The decision in flight will not be waited for: it is journaled as it is, and whatever comes of it later is dropped. */
  async abandon(why: string): Promise<void> {
    const attempt = this.#attempt;
    if (attempt === null || attempt.isOver) return;
    if (attempt.made === null) await this.#miss(attempt, why);
    else await this.#record(attempt, { outcome: null, fault: why, isFailure: true });
  }

  /** A decision that is due and not even tried. */
  async miss(why: string): Promise<void> {
    await this.#miss(this.#begin(), why);
  }

  get #service(): string {
    return this.#parts.live?.name ?? this.#parts.profile.name;
  }

  #begin(): Attempt {
    const { clock, live, runId } = this.#parts;
    const number = ++this.#attempts;
    const id = live === undefined ? `${runId}/${number}` : `${runId}/${live.name}/${number}`;
    return { id, at: clock.now().toISOString(), startMs: clock.monotonicMs(), made: null, isOver: false };
  }

  #decide(attempt: Attempt, observation: Observation, standing: Standing | null): Draft {
    const { profile, policy } = this.#parts;
    const watched = this.#ladder.decide(observation);
    const verdict = this.#incumbent?.decide(observation) ?? null;
    const incumbent = verdict === null ? null : { policy: this.#parts.incumbent!, verdict };
    const { id, at } = attempt;
    const own = { id, at, service: this.#service, mode: this.#mode, profile, policy };
    const draft = draftOf({ ...own, observation, watched, incumbent, standing });
    attempt.made = { draft, observation };
    return draft;
  }

  /** In standby nothing is written, and while the fleet is handed back neither. */
  async #act(draft: Draft): Promise<Outcome | null> {
    const { environment, live } = this.#parts;
    const { rung } = draft.decidedBy;
    live?.writes.of(draft.id);
    if (rung === 'standby') return null;
    const isGiven = rung === 'hand-back';
    if (isGiven !== this.#isHandedBack) await (isGiven ? live?.handBack?.give() : live?.handBack?.takeBack());
    this.#isHandedBack = isGiven;
    if (isGiven) return null;
    if (this.#mode === 'live') this.tally.policyWrites();
    return environment.step(draft.applied);
  }

  /** Journaled first, so that nothing is told that is not written. */
  async #record(attempt: Attempt, { outcome, fault, isFailure }: Came): Promise<void> {
    attempt.isOver = true;
    const { clock, guarded, journal, live, decided, profile } = this.#parts;
    const { draft, observation } = attempt.made!;
    const entry: JournalEntry = {
      ...asBounded(draft, guarded?.last ?? null, profile),
      writes: live?.writes.taken() ?? [],
      fault,
      outcome: outcome === null ? null : outcomeNote(outcome),
      tickMs: Math.round((clock.monotonicMs() - attempt.startMs) * 1000) / 1000,
    };
    await journal.append(entry);
    this.tally.decided(entry, outcome);
    decided?.(entry, observation);
    this.#log(entry, isFailure);
  }

  async #miss(attempt: Attempt, said: string): Promise<void> {
    attempt.isOver = true;
    const { id, at } = attempt;
    const { journal, logger, live } = this.#parts;
    const note: MissedNote = { kind: 'missed', id, at, service: this.#service, mode: this.#mode, said };
    await journal.append(note);
    live?.missed?.(note);
    logger.warn({ decision: id, service: this.#service, mode: this.#mode }, said);
  }

  /** A minute that nobody knows of yet is nothing to warn of. */
  #log(entry: JournalEntry, isFailure: boolean): void {
    const { id, timeSeconds, service, policy, mode, action, applied, variants, fault, tickMs } = entry;
    const { requests = null, attainment = null, usd = null } = entry.outcome ?? {};
    const fields = {
      ...{
        decision: id,
        timeSeconds,
        service,
        policy,
        mode,
        action,
        applied,
        variants,
        requests,
        attainment,
        usd,
        tickMs,
        fault,
      },
      rung: entry.decidedBy.rung,
      guardrails: entry.guardrails,
    };
    const held = entry.held ?? entry.incumbent?.held ?? null;
    const instead =
      entry.decidedBy.rung === 'fallback' ? `The fallback decides: ${entry.reason ?? 'no reason given'}` : null;
    const warning = [isFailure ? fault : null, held, instead].filter((words) => words !== null).join(' ');
    if (warning === '') this.#parts.logger.info(fields, entry.reason ?? 'no reason given');
    else this.#parts.logger.warn({ ...fields, reason: entry.reason }, warning);
  }
}
