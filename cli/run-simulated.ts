import type { Clock } from '../controller/clock.ts';
import { farewell } from '../controller/farewell.ts';
import { type Health, openHealth } from '../controller/health/health.ts';
import { createInstruments, type Instruments } from '../controller/health/instruments.ts';
import { Readiness } from '../controller/health/readiness.ts';
import { openJournal } from '../controller/journal/journal.ts';
import { openLog } from '../controller/log.ts';
import { runLoop } from '../controller/loop.ts';
import { checkJournal } from './journal-content.ts';
import { journalOptions } from './journal-options.ts';
import type { RunDependencies } from './run-dependencies.ts';
import type { RunOptions } from './run-options.ts';
import { checkSimulated, greeting, type Scene, setScene, settingsOf } from './run-scene.ts';

/** Everything is read and checked before anything is written. */
export async function runSimulated(options: RunOptions, dependencies: RunDependencies): Promise<void> {
  checkSimulated(options);
  const scene = await setScene(options, await dependencies.parts(), dependencies.clock.now());
  await checkJournal(options.journal);
  const instruments = createInstruments(new Map([[scene.profile.name, scene.profile]]));
  const readiness = new Readiness([scene.profile.name]);
  const health = await healthOf(options, scene, instruments, readiness, dependencies.clock);
  const runId = dependencies.runId();
  const journal = await openJournal(options.journal, journalOptions(options)).catch(async (error: unknown) => {
    await health?.close();
    throw error;
  });
  const logger = openLog(dependencies.output, { runId, isPretty: options.pretty, isQuiet: options.quiet });
  logger.info(settingsOf(options, scene), greeting(options, scene));
  const summary = await runLoop({
    runId,
    ...scene,
    journal,
    logger,
    clock: dependencies.clock,
    scheduler: dependencies.scheduler(options.speed),
    pace: { decisionSeconds: scene.profile.decisionSeconds, speed: options.speed, decisions: scene.decisions },
    stop: dependencies.stop(),
    decided(entry, observation) {
      instruments.decided(entry, observation);
      readiness.decided(entry);
      health?.decided();
    },
  }).finally(() => health?.close());
  logger.level = 'info';
  logger.info({ decision: `${runId}/${summary.decisions}`, ...summary }, farewell(summary));
  if (summary.end === 'abandoned') dependencies.leave();
}

/** Stuck: three decisions and a minute late. */
async function healthOf(
  { healthPort, speed }: RunOptions,
  { profile }: Scene,
  instruments: Instruments,
  readiness: Readiness,
  clock: Clock,
): Promise<Health | null> {
  if (healthPort === undefined) return null;
  const patienceMs = 1000 * (60 + (3 * profile.decisionSeconds) / speed);
  return openHealth({ port: healthPort, instruments, readiness, clock, patienceMs });
}
