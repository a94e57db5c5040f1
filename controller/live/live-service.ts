import type { Logger } from 'pino';
import type { Environment } from '../../env/types.ts';
import type { Clock } from '../clock.ts';
import { settledWithin } from '../deadline.ts';
import type { JournaledWriter } from '../journal/journaled-writer.ts';
import type { RunSummary } from '../tally.ts';
import { Tick, type TickParts } from '../tick.ts';
import { type Beat, intervalAt, isDue } from './due.ts';
import type { GatheredPolicy, Gathering } from './gathering.ts';
import type { LeaseKeeper } from './lease-keeper.ts';

export interface LiveServiceParts {
  readonly name: string;
  readonly tick: Omit<TickParts, 'live' | 'incumbent' | 'policy'> & Pick<Required<TickParts>, 'mode'>;
  readonly live: Pick<NonNullable<TickParts['live']>, 'handBack'>;
  readonly policy: GatheredPolicy;
  readonly writer: JournaledWriter;
  /** Null: nobody else is there, or nothing is written. */
  readonly lease: LeaseKeeper | null;
  readonly beat: Beat;
  /** For one decision; what takes longer is given up. */
  readonly deadlineMs: number;
  /** Told, once it is journaled, why a decision was missed (then there is none), given up or failed. */
  readonly troubled?: (why: string, isMissed: boolean) => void;
  /** Whether it may begin at all; throws a sentence where it may not yet, and is asked again at the next decision. */
  readonly check: () => Promise<void>;
}

/** One of the services of a process. Whatever fails in it is journaled and told, and ends neither it nor another one. */
export class LiveService {
  readonly name: string;
  readonly #parts: LiveServiceParts;
  readonly #tick: Tick;
  readonly #logger: Pick<Logger, 'info' | 'warn'>;
  readonly #clock: Clock;
  readonly #environment: Environment;
  #gathering: Gathering | null = null;
  #isChecked = false;
  #inFlight: Promise<void> | null = null;
  #interval: number | null = null;
  #rounds = 0;

  constructor(parts: LiveServiceParts) {
    const { name, tick, live, policy, writer, lease } = parts;
    this.name = name;
    this.#parts = parts;
    this.#logger = tick.logger;
    this.#clock = tick.clock;
    this.#environment = tick.environment;
    const meet = (observation: Parameters<Gathering['arrive']>[1]) =>
      this.#gathering?.arrive(policy, observation) ?? Promise.resolve();
    const standing = lease === null ? {} : { standing: () => lease.renew() };
    this.#tick = new Tick({
      ...{ ...tick, policy, incumbent: null },
      live: { ...live, name, writes: writer, meet, ...standing, missed: ({ said }) => parts.troubled?.(said, true) },
    });
  }

  get policy(): GatheredPolicy {
    return this.#parts.policy;
  }

  get rounds(): number {
    return this.#rounds;
  }

  get decisionSeconds(): number {
    return this.#parts.beat.decisionSeconds;
  }

  isDue(jitterSeconds: number): boolean {
    return isDue(this.#interval, this.#intervalNow(jitterSeconds));
  }

  /** Between decisions. */
  keep(): void {
    this.#parts.lease?.beat();
  }

  /** One decision, or a line that says why there is none. Never throws, and takes no longer than the deadline. */
  async decide(gathering: Gathering, jitterSeconds: number): Promise<void> {
    this.#interval = this.#intervalNow(jitterSeconds);
    this.#rounds++;
    if (this.#inFlight !== null) {
      gathering.leave(this.#parts.policy);
      return this.#miss('The decision before still waits for an answer: this one is left out.');
    }
    this.#gathering = gathering;
    const { deadlineMs } = this.#parts;
    const running = this.#run(gathering).finally(() => {
      this.#inFlight = null;
    });
    this.#inFlight = running;
    if (await settledWithin(this.#clock, deadlineMs, running)) return;
    gathering.leave(this.#parts.policy);
    await this.#abandon(
      `Not done within ${deadlineMs / 1000} s and given up: what is in force stays until it is read again.`,
    );
  }

  /** Waits for the decision in flight, no longer than that; afterwards nothing is sent any more. True: it ended by itself. */
  async land(limitMs: number): Promise<boolean> {
    const landed = this.#inFlight === null || (await settledWithin(this.#clock, limitMs, this.#inFlight));
    this.#parts.writer.close();
    if (!landed) await this.#abandon('The controller was told to stop before the step was over.');
    return landed;
  }

  /** Leaves the fleet as it is. */
  async close(limitMs: number): Promise<void> {
    const { lease } = this.#parts;
    await this.#quietly('releasing the lease', limitMs, lease?.release() ?? Promise.resolve());
    await this.#quietly('closing the environment', limitMs, this.#environment.close());
  }

  summary(end: RunSummary['end']): RunSummary {
    return this.#tick.tally.summary(end);
  }

  async #run(gathering: Gathering): Promise<void> {
    try {
      if (!(await this.#mayBegin())) return;
      await this.#tick.run();
    } catch (error) {
      await this.#abandon(`The decision failed (${said(error)}): what is in force stays.`);
    } finally {
      gathering.leave(this.#parts.policy);
    }
  }

  async #mayBegin(): Promise<boolean> {
    try {
      if (!this.#isChecked) await this.#parts.check();
      this.#isChecked = true;
    } catch (error) {
      await this.#miss(said(error));
    }
    return this.#isChecked;
  }

  #intervalNow(jitterSeconds: number): number {
    return intervalAt(this.#parts.beat, this.#clock.now().getTime(), jitterSeconds);
  }

  async #miss(why: string): Promise<void> {
    await this.#tick.miss(why).catch((error) => this.#untold(error));
  }

  async #abandon(why: string): Promise<void> {
    await this.#tick.abandon(why).catch((error) => this.#untold(error));
    this.#parts.troubled?.(why, false);
  }

  /** Not even the journal could be written. */
  #untold(error: unknown): void {
    this.#logger.warn({ service: this.name }, `What happened cannot be journaled (${said(error)}).`);
  }

  async #quietly(what: string, limitMs: number, promise: Promise<void>): Promise<void> {
    await settledWithin(this.#clock, limitMs, promise).catch((error: unknown) => {
      this.#logger.warn({ service: this.name }, `${what} failed: ${said(error)}`);
    });
  }
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
