import type { Command } from 'commander';
import { legalRange } from '../env/number-rule.ts';
import { Random } from '../env/random.ts';
import type { Workload } from '../env/types.ts';
import { ArrivalStream } from '../env/workload/arrivals.ts';
import { durationSeconds } from '../env/workload/duration.ts';
import { type GeneratorKind, generatorKinds } from '../env/workload/generators.ts';
import { parseGenerator, readWorkload } from '../env/workload/reference.ts';
import { columns } from './columns.ts';
import { parseDuration } from './duration.ts';
import { numberAfter } from './number.ts';
import { registerImport } from './trace-import.ts';
import { summaryText, traceText } from './trace-text.ts';
import { checkFileWritable, writeFileAtomically } from './write-file.ts';

type Write = (text: string) => void;

export function registerTrace(program: Command, write: Write): void {
  const trace = program
    .command('trace')
    .summary('make, import and look at arrivals')
    .description('Makes, imports and describes arrivals.');
  registerGenerate(trace, write);
  registerShow(trace, write);
  registerImport(trace, write);
  trace
    .command('list')
    .description('Lists the generators, and each parameter with its default, range and meaning.')
    .action(() => write(generatorsText(generatorKinds)));
}

function registerGenerate(trace: Command, write: Write): void {
  trace
    .command('generate')
    .description('Draws arrivals from a generator, and writes them as CSV (time_s,requests), second by second.')
    .argument('<generator>', 'such as diurnal:mean=200,hours=24,seed=1; spillway trace list shows all')
    .requiredOption('--out <file>', 'CSV file to write')
    .option(
      '--seed <number>',
      "dice for the counts; the generator's own seed shapes the rates",
      numberAfter('--seed', { least: 0, whole: true }),
      1,
    )
    .action(async (generator: string, options: { readonly out: string; readonly seed: number }) => {
      const workload = parseGenerator(generator);
      await checkFileWritable(options.out, '--out');
      const drawn = drawCounts(workload, options.seed);
      await writeFileAtomically(options.out, traceText(drawn));
      write(`${summaryText(drawn)}trace  ${options.out}\n`);
    });
}

function registerShow(trace: Command, write: Write): void {
  const duration = (option: string) => (text: string) => parseDuration(text, option);
  interface ShowOptions {
    readonly scale?: number;
    readonly start?: number;
    readonly duration?: number;
  }
  trace
    .command('show')
    .description('Describes arrivals in numbers: length, mean, median, peak.')
    .argument('<reference>', 'CSV file or generator')
    .option('--scale <factor>', 'multiplies every count', numberAfter('--scale', { above: 0 }))
    .option('--start <duration>', 'begin this far into it, such as 90m', duration('--start'))
    .option('--duration <duration>', 'use this much of it, such as 24h', duration('--duration'))
    .action(async (reference: string, { scale, start, duration }: ShowOptions) => {
      const workload = await readWorkload(reference, {
        ...(scale !== undefined && { scale }),
        ...(start !== undefined && { startSeconds: start }),
        ...(duration !== undefined && { durationSeconds: duration }),
      });
      write(summaryText(workload));
    });
}

/** Whole counts per second: the drawn ones of a Poisson process, or the counted ones as they are. */
export function drawCounts(workload: Workload, seed: number): Workload {
  const counts = new Int32Array(Math.floor(durationSeconds(workload)));
  new ArrivalStream(workload, Random.seeded(seed, 'trace')).take(counts);
  return { name: workload.name, stepSeconds: 1, requests: Float64Array.from(counts), counted: true };
}

function generatorsText(kinds: readonly GeneratorKind[]): string {
  return kinds.map(generatorText).join('\n');
}

function generatorText(kind: GeneratorKind): string {
  const rows = Object.entries(kind.parameters).map(([name, parameter]) => [
    name,
    `${Number(parameter.default.toPrecision(6))}`,
    `${legalRange(parameter)}${parameter.unit === '' ? '' : `, ${parameter.unit}`}`,
    parameter.summary,
  ]);
  return `${kind.name}: ${kind.summary}\n${columns(rows)
    .map((row) => `  ${row}\n`)
    .join('')}`;
}
