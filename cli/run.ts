import { type Command, Option } from 'commander';
import type { DestinationStream } from 'pino';
import type { Clock } from '../controller/clock.ts';
import { farewell } from '../controller/farewell.ts';
import { type Health, openHealth } from '../controller/health.ts';
import { createInstruments, type Instruments } from '../controller/instruments.ts';
import { openJournal } from '../controller/journal.ts';
import { openLog } from '../controller/log.ts';
import { runLoop } from '../controller/loop.ts';
import type { Scheduler } from '../controller/scheduler.ts';
import { parseDuration } from './duration.ts';
import type { Parts } from './evaluation-job.ts';
import { numberAfter } from './number.ts';
import { checkCombination, greeting, type RunOptions, type Scene, setScene, settingsOf } from './run-scene.ts';
import { parseSpeed } from './speed.ts';
import { checkFileWritable } from './write-file.ts';

/** What the command gets from the machine it runs on. */
export interface RunDependencies {
  readonly parts: () => Promise<Parts>;
  readonly clock: Clock;
  readonly scheduler: (speed: number) => Scheduler;
  readonly output: DestinationStream;
  /** Called once the run is about to begin. */
  readonly stop: () => AbortSignal;
  readonly runId: () => string;
  /** Ends the process although a call that was given up still holds it. */
  readonly leave: () => void;
}

export function registerRun(program: Command, dependencies: RunDependencies): void {
  const duration = (option: string) => (text: string) => parseDuration(text, option);
  program
    .command('run')
    .summary('the long-running controller')
    .description(description)
    .requiredOption('--service <file>', 'service profile')
    .requiredOption('--policy <policy>', 'the policy that decides, such as mixed:margin=1.2 or ppo:CHECKPOINT')
    .option(
      '--trace <reference>',
      'simulated arrivals: CSV file or generator, such as diurnal:mean=200,hours=24,seed=1',
    )
    .addOption(new Option('--env <environment>', 'where it acts').choices(['sim', 'aws']).default('sim'))
    .addOption(new Option('--mode <mode>', 'propose only, or act').choices(['shadow', 'live']).default('shadow'))
    .option('--incumbent <policy>', 'shadow mode: the policy that drives the fleet (default: reactive)')
    .option('--fallback <policy>', 'the rule that decides while the policy is not trusted, such as percentile')
    .option('--scale <factor>', 'multiplies every count of a trace', numberAfter('--scale', { above: 0 }))
    .option('--start <duration>', 'begin this far into the trace, such as 90m', duration('--start'))
    .option('--duration <duration>', 'use this much of the trace, such as 24h', duration('--duration'))
    .option('--speed <factor>', 'simulated seconds per second, or max to wait for nothing', parseSpeed, 1)
    .option(
      '--decisions <number>',
      'end after so many decisions',
      numberAfter('--decisions', { least: 1, whole: true }),
    )
    .option('--seed <number>', "the simulation's dice", numberAfter('--seed', { least: 0, whole: true }), 1)
    .addOption(
      new Option('--fidelity <kind>', 'simulator').choices(['request-level', 'fluid']).default('request-level'),
    )
    .option('--prices <file>', 'price book (default: the one that ships with Spillway)')
    .option('--limits <file>', 'what the guardrails allow (docs/safety.md); default, or none', 'default')
    .option('--journal <file>', 'one JSON line per decision is appended here', 'runs/journal.jsonl')
    .option('--fsync', 'wait until the disk has each journal line', false)
    .option(
      '--health-port <port>',
      '/healthz, /readyz and /metrics on this port of the loopback (docs/safety.md)',
      numberAfter('--health-port', { least: 0, most: 65_535, whole: true }),
    )
    .option('--pretty', 'readable lines instead of JSON', false)
    .option('--quiet', 'only warnings and the last line', false)
    .action((options: RunOptions) => run(options, dependencies));
}

const description = `The long-running controller: each decision interval it observes, decides, acts and writes one line to the journal
(docs/journal.md). Shadow mode, the default, never acts: an incumbent policy drives the fleet, and the journal shows what
the policy would have done with it. SIGTERM and SIGINT end the run after the decision in flight.`;

/** Everything is read and checked before anything is written. */
async function run(options: RunOptions, dependencies: RunDependencies): Promise<void> {
  checkCombination(options);
  const scene = await setScene(options, await dependencies.parts(), dependencies.clock.now());
  await checkFileWritable(options.journal, '--journal');
  const instruments = createInstruments(scene.profile);
  const health = await healthOf(options, scene, instruments, dependencies.clock);
  const runId = dependencies.runId();
  const journal = await openJournal(options.journal, { fsync: options.fsync }).catch(async (error: unknown) => {
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
  clock: Clock,
): Promise<Health | null> {
  if (healthPort === undefined) return null;
  const patienceMs = 1000 * (60 + (3 * profile.decisionSeconds) / speed);
  return openHealth({ port: healthPort, instruments, clock, patienceMs });
}
