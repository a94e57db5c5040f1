import type { Logger } from 'pino';
import type { Clock } from '../../controller/clock.ts';
import type { Journal } from '../../controller/journal/journal.ts';
import type { JournalEntry } from '../../controller/journal/journal-entry.ts';
import { JournaledWriter } from '../../controller/journal/journaled-writer.ts';
import type { Seen } from '../../controller/journal/seen-before.ts';
import { GatheredPolicy } from '../../controller/live/gathering.ts';
import { LeaseKeeper } from '../../controller/live/lease-keeper.ts';
import { LiveService } from '../../controller/live/live-service.ts';
import type { HandBack } from '../../controller/tick.ts';
import type { Fault } from '../../env/aws/calls/fault.ts';
import { HaltingWriter } from '../../env/aws/writing/halting-writer.ts';
import type { Request } from '../../env/aws/writing/request-of.ts';
import type { Writer } from '../../env/aws/writing/writer.ts';
import { GuardedEnvironment, type GuardedOptions } from '../../env/guardrails/guarded.ts';
import { type CountsAt, longestWindowSeconds } from '../../env/guardrails/history.ts';
import { defaultLimits } from '../../env/guardrails/limits.ts';
import type { Observation } from '../../env/types.ts';
import type { RunOptions } from '../run-options.ts';
import type { LiveParts, World } from './live-parts.ts';
import type { LivePlan, PlannedService } from './live-plan.ts';
import { NotedSwitch } from './noted-switch.ts';
import { recall } from './recall.ts';
import { troubleOf } from './trouble.ts';

/** What all services of a process share. */
export interface Stage {
  readonly options: RunOptions;
  readonly plan: LivePlan;
  readonly live: Pick<LiveParts, 'world' | 'random'>;
  readonly clock: Clock;
  /** Of this machine, where a rehearsal has a time of its own. */
  readonly machine: Clock;
  readonly runId: string;
  readonly logger: Logger;
  readonly journal: Pick<Journal, 'append'>;
  readonly stateFolder: string;
  readonly offsetSeconds: number;
  readonly told: {
    decided(entry: JournalEntry, observation: Observation, beside: BesideDecision): void;
    troubled(service: string, why: string, isMissed: boolean): void;
  };
}

/** What is told with a decision. */
export interface BesideDecision {
  readonly faults: readonly Fault[];
  /** Null: none is taken. */
  readonly isLeaseHeld: boolean | null;
  /** Why nothing can come of its decisions, though nobody wants it so; null: something can. */
  readonly trouble: string | null;
}

export interface OpenedService {
  readonly service: LiveService;
  /** Why it may not begin now; null: it may. */
  readonly problem: Error | null;
  /** Before its first decision, once the journal is open. */
  readonly recall: (seen: readonly Seen[]) => Promise<void>;
}

/** Where a decision must be over before the next is due, with room for what is told of it. */
const deadlineShare = 0.75;
const longestDeadlineSeconds = 45;

/** One service behind its guardrails, its journaled writer and its lease. */
export async function openService(
  planned: PlannedService,
  stage: Stage,
  seen: readonly Seen[],
): Promise<OpenedService> {
  const { options, plan, clock, runId, logger, journal, told } = stage;
  const { deployment, profile } = planned.service;
  const { name } = deployment;
  const made: { halting: HaltingWriter | null; writer: JournaledWriter | null } = { halting: null, writer: null };
  const wrap = (writer: Writer) => {
    made.halting = new HaltingWriter(writer);
    made.writer = new JournaledWriter({ writer: made.halting, journal, clock, service: name });
    return made.writer;
  };
  const world = stage.live.world(worldOptions(planned, stage, wrap));
  const lease = world.lease === null ? null : new LeaseKeeper(world.lease, deployment.lease.seconds, clock);
  const halt = (why: string | null) => made.halting!.halt(why);
  const noted = new NotedSwitch({
    ...{ world, file: plan.limits?.killSwitch ?? null, halt },
    say: (sentence, isWarning) => logger[isWarning ? 'warn' : 'info']({ service: name }, sentence),
  });
  const killSwitch = () => noted.read();
  const guarded = guardedOf(planned, seen, world, { killSwitch, halt }, stage);
  const problem = await world.check().then(
    () => null,
    (error: Error) => error,
  );
  const tellNews = newsOf(name, logger);
  const service = new LiveService({
    name,
    tick: {
      ...{ runId, profile, journal, logger, clock, mode: options.mode },
      environment: guarded ?? world.environment,
      ...(guarded === null ? {} : { guarded }),
      ...(planned.fallback === null ? {} : { fallback: planned.fallback }),
      ladder: (plan.limits ?? defaultLimits).ladder,
      decided: (entry, observation) => {
        const standing = lease?.standing ?? null;
        const trouble = troubleOf({ rung: entry.decidedBy.rung, standing, unread: noted.trouble, observation });
        const faults = world.faults();
        told.decided(entry, observation, { faults, isLeaseHeld: standing?.isHeld ?? null, trouble });
        tellNews(entry.id, world.said(), faults);
      },
    },
    live: { handBack: handBackOf(world, killSwitch) },
    troubled: (why, isMissed) => told.troubled(name, why, isMissed),
    policy: new GatheredPolicy(planned.policy),
    writer: made.writer!,
    lease,
    beat: { decisionSeconds: profile.decisionSeconds, offsetSeconds: stage.offsetSeconds },
    deadlineMs: 1000 * Math.min(longestDeadlineSeconds, deadlineShare * profile.decisionSeconds),
    check: problem === null ? async () => {} : () => world.check(),
  });
  const { policy: named, recall: seconds, mode } = options;
  const say = (sentence: string) => logger.info({ service: name, policy: named }, sentence);
  return {
    service,
    problem,
    recall: (past) => recall(planned, world, { seen: past, mode, seconds, clock, runId, journal, say }),
  };
}

/** Tells each sentence of the world when it comes up, and not again while it stays; what was denied or is not there, which a person must mend, as a warning. */
function newsOf(
  service: string,
  logger: Logger,
): (decision: string, said: readonly string[], faults: readonly Fault[]) => void {
  let before = new Set<string>();
  return (decision, said, faults) => {
    const lasting = faults.filter(({ kind }) => kind === 'denied' || kind === 'not-found').map((fault) => fault.said);
    for (const sentence of said) {
      if (before.has(sentence)) continue;
      const isLasting = lasting.some((words) => sentence.includes(words));
      logger[isLasting ? 'warn' : 'info']({ service, decision }, sentence);
    }
    before = new Set(said);
  };
}

function worldOptions({ service }: PlannedService, stage: Stage, wrap: (writer: Writer) => Writer) {
  const { options, plan, clock, machine, runId, logger, stateFolder } = stage;
  return {
    ...{ machine, random: stage.live.random },
    ...{ service, prices: plan.prices, mode: options.mode, address: plan.address, clock, runId, stateFolder, wrap },
    takesLease: options.mode === 'live' && options.lease,
    allowsPolicies: options.allowPolicies ?? false,
    say: (sentence: string) => logger.warn({ service: service.deployment.name }, sentence),
    tell: (request: Request) =>
      logger.info(
        { service: service.deployment.name, request },
        `Shadow mode: this would have been sent: ${shown(request)}`,
      ),
  };
}

/** Of a request that is not sent; a line of the log has it as a whole. */
function shown({ operation, input }: Request): string {
  const text = JSON.stringify(input);
  return `${operation} ${text.length > mostShown ? `${text.slice(0, mostShown)}…` : text}`;
}

const mostShown = 240;

function handBackOf({ handBack }: World, killSwitch: () => Promise<unknown>): HandBack | null {
  if (handBack === null) return null;
  const asked = (act: () => Promise<void>) => async () => {
    await killSwitch();
    await act();
  };
  return { give: asked(() => handBack.give()), takeBack: asked(() => handBack.takeBack()) };
}

function guardedOf(
  { service }: PlannedService,
  seen: readonly Seen[],
  { environment }: World,
  stops: Required<Pick<GuardedOptions, 'killSwitch' | 'halt'>>,
  { plan, clock }: Stage,
): GuardedEnvironment | null {
  if (plan.limits === null) return null;
  const { limits, prices } = plan;
  const { profile } = service;
  const guarded = new GuardedEnvironment(environment, {
    ...{ profile, prices, limits, ...stops },
    wallTime: () => clock.now(),
  });
  guarded.recall(needsBefore(seen, profile.pools.length, clock));
  return guarded;
}

/** What an earlier run needed in the day before now, with now as time 0. */
function needsBefore(seen: readonly Seen[], pools: number, clock: Clock): CountsAt[] {
  const nowMs = clock.now().getTime();
  const sinceMs = nowMs - 1000 * longestWindowSeconds;
  return seen.flatMap(({ at, action, observation }) => {
    const atMs = Date.parse(at);
    const isNeed = observation.arrivalsPerSecond !== null && action?.vmCounts.length === pools;
    return isNeed && atMs > sinceMs ? [{ timeSeconds: (atMs - nowMs) / 1000, counts: action.vmCounts }] : [];
  });
}
