import { basename } from 'node:path';
import { readInput } from '../env/input-file.ts';
import { InputProblem } from '../env/problem.ts';
import type { Workload } from '../env/types.ts';
import { countTable } from '../env/workload/count-table.ts';
import { evenSteps, type Meaning } from '../env/workload/even-steps.ts';
import { simulable } from '../env/workload/greatest-rate.ts';
import { metricAnswer } from '../env/workload/metric-answer.ts';
import { longestStretch } from '../env/workload/stretch.ts';
import type { CountSource } from '../env/workload/timed-count.ts';
import { howMany } from './how-many.ts';

/** Steps that nobody knows are told by their neighbours for so long; a longer hole ends the trace. */
const mostGapSeconds = 600;
/** Within wider steps the rhythm to which a fleet must answer is not seen. */
const widestSeconds = 60;

export interface CountOptions {
  readonly meaning: Meaning;
  /** What a step means that is not there. */
  readonly missing: 'unknown' | 'zero';
  readonly column: string | null;
}

export interface ReadCounts {
  readonly workload: Workload;
  /** Null: the times count from their own beginning. */
  readonly beganAtMs: number | null;
  /** What whoever reads the summary must know, in sentences without their end. */
  readonly notes: readonly string[];
}

/** Counts by time from other people's monitoring: tables, and answers of CloudWatch and Prometheus. */
export async function readCounts(files: readonly string[], options: CountOptions): Promise<ReadCounts> {
  const sources: CountSource[] = [];
  for (const file of files) sources.push(await sourceIn(file, options));
  const { beganAtMs, stepSeconds, counts, series, disputed } = evenSteps(sources, options.meaning);
  const isZero = options.missing === 'zero';
  const told = counts.map((count) => (count === null && isZero ? 0 : Number.isNaN(count) ? null : count));
  const known = told.filter((count) => count !== null).length;
  const zeros = isZero ? counts.filter((count) => count === null).length : 0;
  const name = basename(files[0]!).replace(/(\.(csv|tsv|txt|json))?(\.gz)?$/i, '');
  const mostGap = Math.max(1, Math.floor(mostGapSeconds / stepSeconds));
  const stretch = longestStretch(told, { name, stepSeconds, mostGap });
  if (stretch === null || stretch.workload.requests.length < 2) {
    throw new InputProblem(
      `${files[0]}: no two steps of ${stepSeconds} s follow each other in it: say --missing zero where nothing came in those that are not there.`,
    );
  }
  const { from, filled } = stretch;
  const workload = simulable(stretch.workload);
  const used = workload.requests.length - filled;
  const notes = [
    ...(sources.some(({ lacksZone }) => lacksZone) ? ['times without a zone are taken for UTC'] : []),
    ...(series > 1 ? [`${series} series in a file were added up`] : []),
    ...(disputed > 0 ? [`of ${howMany(disputed, 'step')} that files tell differently the larger count is taken`] : []),
    ...(zeros > 0 ? [`${howMany(zeros, 'step')} not there: taken for zero`] : []),
    ...(filled > 0
      ? [
          `${howMany(filled, 'step')} that nobody knows drawn from the neighbours${isZero ? '' : ' (or --missing zero)'}`,
        ]
      : []),
    ...(used === known
      ? []
      : [`${howMany(known - used, 'step')} left out: holes of more than ${mostGap} steps part them from the rest`]),
    ...(stepSeconds > widestSeconds
      ? [`steps of ${stepSeconds} s hide what happens within them: an export by the minute or finer tells more`]
      : []),
  ];
  const began = beganAtMs === null ? null : beganAtMs + 1000 * stepSeconds * from;
  return { workload, beganAtMs: began, notes };
}

async function sourceIn(file: string, { column, meaning }: CountOptions): Promise<CountSource> {
  const text = await readInput(file, 'counts');
  const isJson = /^\s*[{[]/.test(text);
  const source = isJson ? metricAnswer(text, file) : countTable(text, file, column);
  if (source.kind === 'prometheus' && meaning === null) {
    throw new InputProblem(
      `${file}: Prometheus does not tell whether its values are counts (increase) or requests per second (rate): say --values counts or --values rates.`,
    );
  }
  return source;
}
