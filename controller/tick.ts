import type { Logger } from 'pino';
import type { Bounding } from '../env/guardrails/guarded.ts';
import { defaultLimits, type Limits } from '../env/guardrails/limits.ts';
import { OutcomeUnknown } from '../env/outcome-unknown.ts';
import type { Environment, Observation, Outcome, Policy, ServiceProfile } from '../env/types.ts';
import type { Clock } from './clock.ts';
import { Guard, type Verdict } from './guard.ts';
import type { Journal } from './journal.ts';
import { type JournalEntry, observationNote, outcomeNote } from './journal-entry.ts';
import { Ladder } from './ladder.ts';
import { Tally } from './tally.ts';

export interface TickParts {
  readonly runId: string;
  readonly profile: ServiceProfile;
  readonly environment: Environment;
  /** What the environment's guardrails made of the newest action, where it has any. */
  readonly guarded?: { readonly last: Bounding | null };
  readonly policy: Policy;
  /** Stands in for the policy where it cannot be trusted; absent: what is in force is held. */
  readonly fallback?: Policy;
  /** When it does; absent: by the default limits. */
  readonly ladder?: Limits['ladder'];
  /** Shadow mode: the policy that drives the fleet, while the other one only proposes. Null: live mode. */
  readonly incumbent: Policy | null;
  readonly journal: Pick<Journal, 'append'>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly clock: Clock;
  /** Told of each decision once it is journaled. */
  readonly decided?: (entry: JournalEntry, observation: Observation) => void;
}

/** A decision whose interval is not over yet. */
interface Draft {
  readonly entry: Omit<JournalEntry, 'outcome' | 'tickMs'>;
  readonly startMs: number;
  readonly observation: Observation;
}

/** One decision: observe, decide, step, journal. */
export class Tick {
  readonly tally: Tally;
  readonly #parts: TickParts;
  readonly #ladder: Ladder;
  readonly #incumbent: Guard | null;
  #pending: Draft | null = null;
  #isAbandoned = false;

  constructor(parts: TickParts) {
    this.#parts = parts;
    const { policy, fallback = null, profile, ladder = defaultLimits.ladder } = parts;
    this.#ladder = new Ladder(policy, fallback, profile, ladder);
    this.#incumbent = parts.incumbent === null ? null : new Guard(parts.incumbent, parts.profile);
    this.tally = new Tally(parts.profile, parts.incumbent === null ? 'live' : 'shadow');
  }

  /** To be called again only after the last call has ended. */
  async run(): Promise<void> {
    const { clock, environment } = this.#parts;
    const begin = { at: clock.now().toISOString(), startMs: clock.monotonicMs() };
    const observation = await environment.observe();
    if (this.#isAbandoned) return;
    const draft = this.#decide(observation, begin);
    this.#pending = draft;
    let outcome: Outcome | null = null;
    try {
      outcome = await environment.step(draft.entry.applied);
    } catch (error) {
      // The world goes on, and the next observation tells what has become of it: nothing is done twice.
      if (!(error instanceof OutcomeUnknown)) throw error;
      this.#parts.logger.warn({ decision: draft.entry.id }, error.message);
    } finally {
      if (!this.#isAbandoned) await this.#record(draft, outcome);
    }
  }

  /** The decision in flight will not be waited for: it is journaled as it is, and whatever comes of it later is dropped. */
  async abandon(): Promise<void> {
    this.#isAbandoned = true;
    if (this.#pending !== null) await this.#record(this.#pending, null);
  }

  #decide(observation: Observation, begin: { at: string; startMs: number }): Draft {
    const watched = this.#ladder.decide(observation);
    const incumbent = this.#incumbent?.decide(observation) ?? null;
    if (incumbent === null) this.tally.policyWrites();
    return {
      observation,
      startMs: begin.startMs,
      entry: {
        id: `${this.#parts.runId}/${this.tally.decisions + 1}`,
        at: begin.at,
        timeSeconds: observation.timeSeconds,
        mode: incumbent === null ? 'live' : 'shadow',
        policy: this.#parts.policy.name,
        observation: observationNote(observation),
        action: watched.proposal,
        applied: (incumbent ?? watched).action,
        reason: watched.reason,
        held: watched.held,
        decidedBy: { rung: watched.rung, because: watched.because },
        guardrails: [],
        incumbent: incumbent === null ? null : this.#incumbentNote(incumbent),
      },
    };
  }

  #incumbentNote({ reason, held }: Verdict): JournalEntry['incumbent'] {
    return { policy: this.#parts.incumbent!.name, reason, held };
  }

  /** With what the guardrails made of the action, once they have been asked. */
  #asApplied(entry: Draft['entry']): Draft['entry'] {
    const bounding = this.#parts.guarded?.last ?? null;
    if (bounding?.wanted !== entry.applied) return entry;
    return { ...entry, applied: bounding.applied, guardrails: bounding.interventions };
  }

  /** Journaled first, so that nothing is told that is not written. */
  async #record(draft: Draft, outcome: Outcome | null): Promise<void> {
    this.#pending = null;
    const tickMs = Math.round((this.#parts.clock.monotonicMs() - draft.startMs) * 1000) / 1000;
    const note = outcome === null ? null : outcomeNote(outcome);
    const entry: JournalEntry = { ...this.#asApplied(draft.entry), outcome: note, tickMs };
    await this.#parts.journal.append(entry);
    this.tally.decided(entry, outcome);
    this.#parts.decided?.(entry, draft.observation);
    this.#log(entry);
  }

  #log(entry: JournalEntry): void {
    const { id, timeSeconds, policy, mode, action, applied, tickMs } = entry;
    const { requests = null, attainment = null, usd = null } = entry.outcome ?? {};
    const held = entry.held ?? entry.incumbent?.held ?? null;
    const fields = {
      ...{ decision: id, timeSeconds, policy, mode, action, applied, requests, attainment, usd, tickMs },
      rung: entry.decidedBy.rung,
      guardrails: entry.guardrails,
    };
    if (held === null) this.#parts.logger.info(fields, entry.reason ?? 'no reason given');
    else this.#parts.logger.warn({ ...fields, reason: entry.reason }, held);
  }
}
