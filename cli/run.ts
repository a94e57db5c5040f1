import { type Command, Option } from 'commander';
import { InputProblem } from '../env/problem.ts';
import { parseDuration } from './duration.ts';
import { runLive } from './live/run-live.ts';
import { numberAfter } from './number.ts';
import type { RunDependencies } from './run-dependencies.ts';
import type { RunOptions } from './run-options.ts';
import { runSimulated } from './run-simulated.ts';
import { parseSpeed } from './speed.ts';

const examples = `
Examples:
  spillway run --service examples/image-classifier.yaml --policy mixed --trace diurnal:mean=200,hours=24,seed=1 --speed 600 --pretty
  spillway run --env aws --deployment examples/aws/weighted-classifier.yaml --policy mixed --fallback percentile --pretty
`;

export function registerRun(program: Command, dependencies: RunDependencies): void {
  const duration = (option: string) => (text: string) => parseDuration(text, option);
  program
    .command('run')
    .summary('the long-running controller')
    .description(description)
    .requiredOption('--policy <policy>', 'the policy that decides, such as mixed:margin=1.2 or ppo:CHECKPOINT')
    .option('--service <file>', 'service profile (sim; a deployment names its own)')
    .option(
      '--trace <reference>',
      'simulated arrivals: CSV file or generator, such as diurnal:mean=200,hours=24,seed=1',
    )
    .addOption(new Option('--env <environment>', 'where it acts').choices(['sim', 'aws']).default('sim'))
    .option('--deployment <path>', 'the AWS resources of a service, or a folder with several (docs/aws.md)')
    .addOption(new Option('--mode <mode>', 'propose only, or act').choices(['shadow', 'live']).default('shadow'))
    .option('--rehearsal <address>', 'act on a twin on this machine in place of AWS, such as http://127.0.0.1:4599')
    .option('--allow-policies', 'act beside scaling policies of the groups, which fight every change')
    .option('--no-lease', 'live without a lease: nothing keeps a second controller from writing too')
    .addOption(
      new Option('--recall <duration>', 'tell the policy the arrivals of so long before its start on AWS; or none')
        .argParser(parseRecall)
        .default(86_400, '1d'),
    )
    .option('--incumbent <policy>', 'shadow mode of a simulation: the policy that drives the fleet (default: reactive)')
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
    .option(
      '--journal-size <megabytes>',
      'put the journal aside at this size, as FILE.1 and so on (default: 64 on AWS, never of a simulation)',
      numberAfter('--journal-size', { above: 0 }),
    )
    .option(
      '--journal-keep <number>',
      'keep so many of those files (default: 14)',
      numberAfter('--journal-keep', { least: 1, whole: true }),
    )
    .option('--fsync', 'wait until the disk has each journal line (always on AWS)', false)
    .option(
      '--health-port <port>',
      '/healthz, /readyz and /metrics on this port of the loopback (docs/safety.md)',
      numberAfter('--health-port', { least: 0, most: 65_535, whole: true }),
    )
    .option('--pretty', 'readable lines instead of JSON', false)
    .option('--quiet', 'only warnings and the last line', false)
    .addHelpText('after', examples)
    .action((options: RunOptions) => (options.env === 'aws' ? runLive : runSimulated)(options, dependencies));
}

const description = `The long-running controller: each decision interval it observes, decides, acts and writes one line to the journal
(docs/journal.md). Shadow mode, the default, never acts: in a simulation an incumbent policy drives the fleet, on AWS whatever
drives it already, and the journal shows what the policy would have done with it. SIGTERM and SIGINT end the run after the
decision in flight.`;

/** CloudWatch keeps minutes for 15 days (user guide, metrics retention). */
const mostRecallSeconds = 15 * 86_400;

function parseRecall(text: string): number {
  const seconds = text === 'none' ? 0 : parseDuration(text, '--recall');
  if (seconds <= mostRecallSeconds) return seconds;
  throw new InputProblem(`--recall ${text}: must be at most 15d, for which CloudWatch keeps minutes, or none.`);
}
