import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../controller/clock.ts';
import { farewell } from '../../controller/farewell.ts';
import { type Health, openHealth } from '../../controller/health/health.ts';
import { createInstruments } from '../../controller/health/instruments.ts';
import { Readiness } from '../../controller/health/readiness.ts';
import { type Journal, openJournal } from '../../controller/journal/journal.ts';
import type { JournalLine } from '../../controller/journal/journal-entry.ts';
import { seenBefore } from '../../controller/journal/seen-before.ts';
import { runServices } from '../../controller/live/live-loop.ts';
import { openLog } from '../../controller/log.ts';
import { longestWindowSeconds } from '../../env/guardrails/history.ts';
import { NotYet } from '../../env/not-yet.ts';
import { checkJournal } from '../journal-content.ts';
import { journalOptions } from '../journal-options.ts';
import type { RunDependencies } from '../run-dependencies.ts';
import type { RunOptions } from '../run-options.ts';
import { type LivePlan, planLive } from './live-plan.ts';
import { type OpenedService, openService, type Stage } from './live-stage.ts';

/** Decisions are made this long after each full minute, and up to the jitter later: the newest minute of a metric is never whole. */
const offsetSeconds = 10;
const jitterSeconds = 5;
/** Without a beat of the loop for so long the process ends itself. */
const watchdogMs = 120_000;

/** Everything is read and checked before anything is written. */
export async function runLive(options: RunOptions, dependencies: RunDependencies): Promise<void> {
  const live = await dependencies.live();
  const plan = await planLive(options, await dependencies.parts(), live);
  await checkJournal(options.journal);
  live.paceHeap?.(plan.services.length);
  const rehearsal = plan.address === null ? null : await live.rehearsal(plan.address, dependencies.clock);
  const clock = rehearsal?.clock ?? dependencies.clock;
  const runId = dependencies.runId();
  const logger = openLog(dependencies.output, { runId, isPretty: options.pretty, isQuiet: options.quiet });
  const pen = new Pen();
  const watch = watchOf(plan);
  const isStepped = (rehearsal?.advance ?? null) !== null;
  const stage: Stage = {
    ...{
      options,
      plan,
      live,
      clock,
      machine: dependencies.clock,
      runId,
      logger,
      journal: pen,
      offsetSeconds: isStepped ? 0 : offsetSeconds,
    },
    stateFolder: join(dirname(options.journal), 'rollouts'),
    told: watch,
  };
  const seen = await seenBefore(options.journal, earliestMs(options, clock));
  const seenOf = (name: string) => seen.get(name) ?? [];
  const opened = await Promise.all(
    plan.services.map((one) => openService(one, stage, seenOf(one.service.deployment.name))),
  );
  refuseWhereNoneMayBegin(opened, logger);
  const health = await healthOf(options, plan, watch, clock);
  watch.health = health;
  const watchdog = await live.watchdog(watchdogMs);
  try {
    pen.journal = await openJournal(options.journal, journalOptions(options));
    logger.info({ settings: options, services: plan.services.length }, greeting(options, plan));
    await Promise.all(opened.map(({ service, recall }) => recall(seenOf(service.name))));
    // Nobody asks again, for months.
    seen.clear();
    const summaries = await runServices({
      services: opened.map(({ service }) => service),
      ...{ together: live.together, clock, random: live.random, journal: pen },
      scheduler: dependencies.scheduler(isStepped ? Infinity : 1),
      jitterSeconds: isStepped ? 0 : jitterSeconds,
      decisions: options.decisions ?? Infinity,
      stop: dependencies.stop(),
      advance: rehearsal?.advance ?? null,
      beaten: watchdog.beaten,
    });
    logger.level = 'info';
    for (const [index, summary] of summaries.entries()) {
      const { name } = opened[index]!.service;
      logger.info({ service: name, ...summary }, `${name}: ${farewell(summary)}`);
    }
    if (summaries.some(({ end }) => end === 'abandoned')) dependencies.leave();
  } finally {
    await Promise.all([watchdog.close(), health?.close()]);
  }
}

/** Since when the journal tells what a start wants to know. */
function earliestMs({ recall }: RunOptions, clock: Clock): number {
  return clock.now().getTime() - 1000 * Math.max(recall, longestWindowSeconds);
}

/** A journal that is opened once nothing can be refused any more. */
class Pen implements Journal {
  journal: Journal | null = null;

  async append(line: JournalLine): Promise<void> {
    if (this.journal === null) throw new Error('the journal is not open yet');
    await this.journal.append(line);
  }

  async close(): Promise<void> {
    await this.journal?.close();
  }
}

/** What the health page is told by each service. */
function watchOf({ services }: LivePlan): Stage['told'] & {
  health: Health | null;
  readonly readiness: Readiness;
  readonly instruments: ReturnType<typeof createInstruments>;
} {
  const names = services.map(({ service }) => service.deployment.name);
  const instruments = createInstruments(
    new Map(services.map(({ service }) => [service.deployment.name, service.profile])),
  );
  const readiness = new Readiness(names);
  return {
    instruments,
    readiness,
    health: null,
    decided(entry, observation, { faults, isLeaseHeld, trouble }) {
      instruments.decided(entry, observation);
      instruments.failed(entry.service, faults);
      instruments.leased(entry.service, isLeaseHeld);
      readiness.decided(entry);
      if (trouble !== null) readiness.troubled(entry.service, trouble);
      this.health?.decided();
    },
    troubled(service, why, isMissed) {
      if (isMissed) instruments.missed(service);
      readiness.troubled(service, why);
      this.health?.decided();
    },
  };
}

async function healthOf(
  { healthPort }: RunOptions,
  { services }: LivePlan,
  { instruments, readiness }: ReturnType<typeof watchOf>,
  clock: Clock,
): Promise<Health | null> {
  if (healthPort === undefined) return null;
  const slowest = Math.max(...services.map(({ service }) => service.profile.decisionSeconds));
  return openHealth({ port: healthPort, instruments, readiness, clock, patienceMs: 1000 * (60 + 3 * slowest) });
}

/**
 * One of several that may not begin is asked again at each decision, and so is one of which AWS does not tell now whether it may; where none may
 * before somebody has mended something, there is nothing to run.
 */
function refuseWhereNoneMayBegin(opened: readonly OpenedService[], logger: Logger): void {
  const isRefused = ({ problem }: OpenedService) => problem !== null && !(problem instanceof NotYet);
  if (opened.every(isRefused)) throw opened[0]!.problem!;
  for (const { service, problem } of opened)
    if (problem !== null) logger.warn({ service: service.name }, problem.message);
}

/** The settings of a run in a sentence, for its first log line. */
function greeting({ policy, mode, journal, rehearsal }: RunOptions, { services }: LivePlan): string {
  const names = services.map(({ service }) => service.deployment.name);
  const which = names.length > 5 ? `${names.length} services` : names.join(', ');
  const how = mode === 'live' ? 'drives' : 'proposes, and writes nothing, beside what drives';
  const where = rehearsal === undefined ? '' : `, rehearsed at ${rehearsal}`;
  return `${policy} ${how} ${which}${where}; journaled in ${journal}`;
}
