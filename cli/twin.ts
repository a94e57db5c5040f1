import { type Command, Option } from 'commander';
import { type Clock, systemClock } from '../controller/clock.ts';
import { readDeployment } from '../env/deployment/deployment.ts';
import { checkPrices } from '../env/prices.ts';
import { InputProblem } from '../env/problem.ts';
import { readFaultScript } from '../env/twin/faults/script.ts';
import { openTwin, type Twin, type TwinOptions } from '../env/twin/twin.ts';
import { numberAfter } from './number.ts';
import type { Parts } from './parts.ts';
import { stopSignals } from './stop-signals.ts';
import { traceSource } from './trace-source.ts';

export interface TwinFlags {
  readonly deployment: string;
  readonly trace: string;
  readonly speed: number;
  readonly stepped?: boolean;
  readonly port: number;
  readonly seed: number;
  readonly start?: string;
  readonly faults?: string;
  readonly prices?: string;
}

/** What the command touches; tests give their own. */
export interface TwinSurroundings {
  readonly parts: () => Promise<Pick<Parts, 'prices' | 'workload'>>;
  readonly clock: Clock;
  readonly write: (text: string) => void;
  readonly stop: () => AbortSignal;
}

const realSurroundings: TwinSurroundings = {
  parts: async () => (await import('./simulated-parts.ts')).simulatedParts(),
  clock: systemClock,
  write: (text) => void process.stdout.write(text),
  stop: stopSignals,
};

export function registerTwin(program: Command): void {
  program
    .command('twin')
    .summary('AWS on this machine, for rehearsals: a deployment under simulated load')
    .description(
      `Answers as CloudWatch, Auto Scaling, Elastic Load Balancing, Lambda, DynamoDB, SSM and STS would for one deployment, over their own
protocols on the loopback, while a simulated load meets what they are told (docs/twin.md). Ends on SIGTERM and SIGINT.`,
    )
    .requiredOption('--deployment <file>', 'where the service would run (docs/aws.md)')
    .requiredOption('--trace <reference>', 'arrivals: CSV file or generator, such as diurnal:mean=200,hours=24,seed=1')
    .option('--speed <factor>', 'twin seconds per second', numberAfter('--speed', { above: 0, most: 3600 }), 1)
    .addOption(new Option('--stepped', 'the time stands still until it is advanced').conflicts('speed'))
    .option(
      '--port <port>',
      '0: any that is free',
      numberAfter('--port', { least: 0, most: 65_535, whole: true }),
      4599,
    )
    .option('--seed <number>', "the load's dice", numberAfter('--seed', { least: 0, whole: true }), 1)
    .option('--start <time>', 'when its time begins, ISO 8601 (default: now)')
    .option('--faults <file>', 'what goes wrong, and when (docs/twin.md)')
    .option('--prices <file>', 'price book (default: the one that ships with Spillway)')
    .addHelpText('after', examples)
    .action((flags: TwinFlags) => runTwin(flags, realSurroundings));
}

const examples = `
Examples:
  spillway twin --deployment examples/aws/image-classifier.yaml --trace diurnal:mean=200,hours=24,seed=1 --stepped
`;

/** Everything is read and checked before a port is opened. */
export async function planTwin(
  flags: TwinFlags,
  { parts, clock }: Pick<TwinSurroundings, 'parts' | 'clock'>,
): Promise<TwinOptions> {
  const { profile, deployment } = await readDeployment(flags.deployment);
  const { prices: readPrices, workload: readWorkload } = await parts();
  const prices = await readPrices(flags.prices ?? null);
  checkPrices(profile, prices);
  return {
    ...{ profile, deployment, prices, seed: flags.seed, port: flags.port },
    workload: await readWorkload(traceSource(flags.trace)),
    startedAt: startOf(flags.start, clock),
    faults: flags.faults === undefined ? [] : await readFaultScript(flags.faults),
    running: flags.stepped ? null : { speed: flags.speed, monotonicMs: () => clock.monotonicMs() },
    wallMs: () => clock.now().getTime(),
  };
}

export async function runTwin(flags: TwinFlags, surroundings: TwinSurroundings): Promise<void> {
  const options = await planTwin(flags, surroundings);
  const stop = surroundings.stop();
  const twin = await openTwin(options).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    throw new InputProblem(`--port ${flags.port}: cannot be opened (${error.code}); choose another, or 0 for any.`);
  });
  surroundings.write(greeting(flags, options, twin));
  if (!stop.aborted) await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }));
  await twin.close();
}

/** The start of the minute. */
function startOf(text: string | undefined, clock: Clock): Date {
  const time = text === undefined ? clock.now() : new Date(text);
  if (Number.isNaN(time.getTime())) {
    throw new InputProblem(`--start ${text}: must be a time of ISO 8601, such as 2026-11-22T10:00:00Z.`);
  }
  return new Date(Math.floor(time.getTime() / 60_000) * 60_000);
}

function greeting(
  { deployment, prices, stepped, speed }: TwinFlags,
  options: TwinOptions,
  { url, routerSocket }: Pick<Twin, 'url' | 'routerSocket'>,
): string {
  const router = routerSocket === null ? '' : `Router     ${routerSocket}, as HAProxy's stats socket\n`;
  const time = stepped ? 'stands still until it is advanced' : `passes ${speed} times as fast as here`;
  return `${options.deployment.name} on ${url}: its time begins at ${options.startedAt.toISOString()} and ${time}.
Rehearse   spillway run --env aws --deployment ${deployment}${prices === undefined ? '' : ` --prices ${prices}`} --policy reactive --rehearsal ${url}
Look       aws --endpoint-url ${url} --region ${options.deployment.region} autoscaling describe-auto-scaling-groups
Advance    curl -d '{"seconds": 60}' ${url}/_twin/advance
${router}`;
}
