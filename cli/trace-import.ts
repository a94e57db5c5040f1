import type { Writable } from 'node:stream';
import { type Command, Option } from 'commander';
import type { ImportRequest } from '../env/aws/import-arrivals.ts';
import { readDeployment } from '../env/deployment/deployment.ts';
import { InputProblem } from '../env/problem.ts';
import type { Workload } from '../env/types.ts';
import { longestStretch } from '../env/workload/stretch.ts';
import { formatDuration } from '../policies/evaluation/format.ts';
import { FailureTold } from './exit.ts';
import { howMany } from './how-many.ts';
import { type AwsSurroundings, openAws } from './live/aws-access.ts';
import { logFiles } from './log-files.ts';
import { numberAfter } from './number.ts';
import { openProgress } from './progress.ts';
import { readAccessLogs } from './read-access-logs.ts';
import { type CountOptions, readCounts } from './read-counts.ts';
import { summaryText, traceText } from './trace-text.ts';
import { checkFileNew, checkFileWritable, writeFileAtomically } from './write-file.ts';

export interface ImportOptions {
  readonly cloudwatch?: boolean;
  readonly accessLog?: readonly string[];
  readonly counts?: readonly string[];
  readonly values?: 'counts' | 'rates';
  readonly missing?: CountOptions['missing'];
  readonly column?: string;
  readonly deployment?: string;
  readonly out: string;
  readonly days: number;
  readonly rehearsal?: string;
  readonly quiet?: boolean;
}

/** What the command touches; tests give their own. */
export interface ImportSurroundings extends AwsSurroundings {
  readonly write: (text: string) => void;
  readonly messages: Writable & { readonly isTTY?: boolean };
}

/** What was found, and what a reader of the summary must know about it. */
interface Imported {
  readonly workload: Workload;
  /** Null: its times count from their own beginning. */
  readonly beganAt: Date | null;
  readonly notes: readonly string[];
}

/** CloudWatch keeps minutes for this long (user guide, metrics retention). */
const mostDays = 15;
const minuteMs = 60_000;
/** Minutes that nobody knows are told by their neighbours up to here; a longer hole ends the trace. */
const mostGapMinutes = 10;

const examples = `
Examples:
  spillway trace import --cloudwatch --deployment examples/aws/weighted-classifier.yaml --out mine.csv
  spillway trace import --access-log access.log access.log.1.gz --out mine.csv
  spillway trace import --counts grafana.csv --values rates --out mine.csv
  spillway trace import --counts monday.json tuesday.json --missing zero --out mine.csv
`;

export function registerImport(trace: Command, write: (text: string) => void): void {
  trace
    .command('import')
    .summary('your own arrivals, from CloudWatch, access logs or exported counts')
    .description(
      `Writes your own arrivals as a trace: from CloudWatch in steps of a minute, what was turned away among them; from access logs in steps of a second (those of an Application Load Balancer, HAProxy or Envoy, in the common log format, or a JSON object with a time per line); or from counts that were exported, a CSV table or what CloudWatch and Prometheus answer as JSON. Zipped files (.gz) are read as they are. Beside access logs --deployment leaves out what is of other target groups than its own.`,
    )
    .option('--cloudwatch', 'reads the metrics of the load balancer of --deployment')
    .option('--deployment <file>', 'where the service runs (docs/aws.md)')
    .option('--days <number>', 'how far back', numberAfter('--days', { above: 0, most: mostDays }), mostDays)
    .option('--rehearsal <url>', 'asks the twin at this address of the loopback instead of AWS')
    .option('--access-log <path...>', 'reads access logs, in any order; of a folder all files in it')
    .option(
      '--counts <file...>',
      'reads requests by time: CSV with dates or seconds, or JSON of get-metric-statistics, get-metric-data or query_range',
    )
    .addOption(
      new Option('--values <kind>', 'what the values of --counts are: requests in each step, or per second').choices([
        'counts',
        'rates',
      ]),
    )
    .addOption(
      new Option('--missing <meaning>', 'what a step means that is not there: nobody knows, or nothing came')
        .choices(['unknown', 'zero'])
        .default('unknown'),
    )
    .option('--column <name>', 'the column of a CSV table that holds the counts, where there are several')
    .requiredOption('--out <file>', 'CSV file to write; one that is there is never overwritten')
    .option('--quiet', 'shows no progress')
    .addHelpText('after', examples)
    .action((options: ImportOptions) =>
      runImport(options, { write, messages: process.stderr, environment: process.env, now: () => new Date() }),
    );
}

/** Refuses before anything is read what would not be written. */
export async function checkImport({ cloudwatch, accessLog, counts, deployment, out }: ImportOptions): Promise<void> {
  if ([cloudwatch, accessLog, counts].filter((source) => source !== undefined).length !== 1) {
    throw new InputProblem('trace import: needs one of --cloudwatch, --access-log and --counts; give one of them.');
  }
  if (cloudwatch === true && deployment === undefined) {
    throw new InputProblem(
      '--cloudwatch needs --deployment: name the file that says where the service runs (docs/aws.md).',
    );
  }
  await checkFileNew(out, '--out');
  await checkFileWritable(out, '--out');
}

export async function runImport(options: ImportOptions, surroundings: ImportSurroundings): Promise<void> {
  await checkImport(options);
  const { workload, beganAt, notes } = await imported(options, surroundings);
  await checkFileNew(options.out, '--out');
  await writeFileAtomically(options.out, traceText(workload));
  const begin = beganAt === null ? [] : [`begins at ${beganAt.toISOString()}`];
  const rows = [...begin, ...notes].map((note) => `${note}\n`);
  surroundings.write(`${summaryText(workload)}${rows.join('')}trace  ${options.out}\n`);
}

function imported(options: ImportOptions, surroundings: ImportSurroundings): Promise<Imported> {
  if (options.counts !== undefined) return fromCounts(options.counts, options);
  if (options.accessLog !== undefined) return fromAccessLogs(options.accessLog, options, surroundings);
  return fromCloudWatch(options, surroundings);
}

async function fromCounts(files: readonly string[], options: ImportOptions): Promise<Imported> {
  const { values = null, missing = 'unknown', column = null } = options;
  const { workload, beganAtMs, notes } = await readCounts(files, { meaning: values, missing, column });
  return { workload, beganAt: beganAtMs === null ? null : new Date(beganAtMs), notes };
}

async function fromCloudWatch(options: ImportOptions, surroundings: ImportSurroundings): Promise<Imported> {
  const { deployment, profile } = await readDeployment(options.deployment!);
  const { importMetrics } = await import('../env/aws/import-metrics.ts');
  const metrics = importMetrics(deployment, profile);
  if (metrics === null) {
    throw new InputProblem(
      `${options.deployment}: names no loadBalancer, and nothing else counts its requests in CloudWatch: import the router's access log with --access-log.`,
    );
  }
  const { clients, now } = await openAws(deployment.region, options.rehearsal, surroundings);
  try {
    const toMs = floorMinute(now().getTime() - 1000 * deployment.metrics.offsetSeconds);
    const fromMs = toMs - Math.round(options.days * 1440) * minuteMs;
    const asked = { client: clients.cloudWatch, metrics, window: { fromMs, toMs } };
    return stretchOf(await minutesOf(asked, options, surroundings), fromMs, deployment.name);
  } finally {
    clients.close();
  }
}

async function minutesOf(
  asked: Omit<ImportRequest, 'onMinutes'>,
  options: ImportOptions,
  surroundings: ImportSurroundings,
): Promise<(number | null)[]> {
  const { importArrivals } = await import('../env/aws/import-arrivals.ts');
  const { ImportFailure } = await import('../env/aws/counted-minutes.ts');
  const { fromMs, toMs } = asked.window;
  const progress = progressOf('import', (toMs - fromMs) / minuteMs, options, surroundings);
  const onMinutes = (done: number) => progress.update(done, `${(done / 1440).toFixed(1)} days`);
  return importArrivals({ ...asked, onMinutes })
    .finally(() => progress.finish())
    .catch((error: unknown) => {
      if (!(error instanceof ImportFailure)) throw error;
      const said = `${error.message}; nothing was written, so try again.`;
      surroundings.messages.write(`error: ${said}\n`);
      throw new FailureTold(said, { cause: error });
    });
}

function floorMinute(ms: number): number {
  return Math.floor(ms / minuteMs) * minuteMs;
}

function stretchOf(minutes: readonly (number | null)[], fromMs: number, name: string): Imported {
  const found = longestStretch(minutes, { name, stepSeconds: 60, mostGap: mostGapMinutes });
  if (found === null || found.workload.requests.length < 2) {
    throw new InputProblem(
      'CloudWatch knows nothing of the load balancer and the groups in that time: check the deployment with `spillway doctor`, and enable group metrics.',
    );
  }
  const known = minutes.filter((count) => count !== null);
  const { workload, from, filled } = found;
  const notes = [
    `${known.length} of ${minutes.length} minutes are known, in ${known.filter((count) => count === 0).length} of them nothing came`,
    ...(filled === 0 ? [] : [`${howMany(filled, 'minute')} that nobody knows drawn from the neighbours`]),
    ...(workload.requests.length - filled === known.length
      ? []
      : [
          `${howMany(known.length - workload.requests.length + filled, 'known minute')} left out: holes of more than ${mostGapMinutes} minutes part them from the rest`,
        ]),
  ];
  return { workload, beganAt: new Date(fromMs + from * minuteMs), notes };
}

async function fromAccessLogs(
  paths: readonly string[],
  options: ImportOptions,
  surroundings: ImportSurroundings,
): Promise<Imported> {
  const files = await logFiles(paths);
  const progress = progressOf('import', files.length, options, surroundings);
  const { workload, beganAtMs, lines, strange, others, unchosen, lacksZone, silence } = await readAccessLogs(
    files,
    await ownTargetGroups(options.deployment),
    (done, lines) => progress.update(done, `${lines} lines`),
  ).finally(() => progress.finish());
  const notes = [
    `${howMany(lines, 'line')} read`,
    ...(strange === 0 ? [] : [`${howMany(strange, 'line')} of another format left out`]),
    ...(others === 0 ? [] : [`${howMany(others, 'request')} of other target groups left out`]),
    ...(unchosen === 0 ? [] : [`${howMany(unchosen, 'request')} for which no target group was chosen left out`]),
    ...(lacksZone ? ['times without a zone are taken for UTC'] : []),
    ...(silence.seconds <= 60 * mostGapMinutes
      ? []
      : [
          `the longest silence, ${formatDuration(silence.seconds)} from ${new Date(silence.fromMs).toISOString()} on, is taken for one in which nothing came: where a log is missing there, import what is before it and after it by itself`,
        ]),
  ];
  return { workload, beganAt: new Date(beganAtMs), notes };
}

/** Null: all requests are meant, since nobody said whose, or nothing else is behind the balancer in front of a router. */
async function ownTargetGroups(file: string | undefined): Promise<ReadonlySet<string> | null> {
  if (file === undefined) return null;
  const { pools, functions, rule } = (await readDeployment(file)).deployment;
  if (rule === null) return null;
  const groups = [...pools.flatMap(({ targetGroups }) => targetGroups), ...functions.map((one) => one?.targetGroup)];
  return new Set(groups.filter((group) => group != null));
}

function progressOf(label: string, total: number, { quiet = false }: ImportOptions, surroundings: ImportSurroundings) {
  const { messages: stream, now } = surroundings;
  return openProgress({ label, total, quiet, stream, nowMs: () => now().getTime() });
}
