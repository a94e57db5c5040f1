import { z } from 'zod';
import { InputProblem } from '../problem.ts';
import { momentOf } from './moment.ts';
import type { CountSource, TimedCount } from './timed-count.ts';

/** AWS's command line writes times as ISO 8601 or, with cli_timestamp_format=wire, as numbers. */
const time = z.union([z.string(), z.number()]).transform(String);
/** `aws cloudwatch get-metric-statistics` */
const statistics = z.object({ Datapoints: z.array(z.object({ Timestamp: time, Sum: z.number().optional() })) });
/** `aws cloudwatch get-metric-data` */
const data = z.object({
  MetricDataResults: z.array(z.object({ Timestamps: z.array(time), Values: z.array(z.number()) })),
});
/** `/api/v1/query_range` of Prometheus, and what speaks as it does (Thanos, Mimir, VictoriaMetrics). */
const range = z.object({
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) })),
  }),
});

type Sample = readonly [time: string, value: number | null];

/** What CloudWatch and Prometheus answer, as JSON; several series in it are parts of one service. */
export function metricAnswer(text: string, file: string): CountSource {
  const json = parsed(text, file);
  const [byStatistics, byData, byRange] = [statistics.safeParse(json), data.safeParse(json), range.safeParse(json)];
  if (byStatistics.success) {
    const points = byStatistics.data.Datapoints;
    if (points.some(({ Sum }) => Sum === undefined)) {
      throw new InputProblem(`${file}: its datapoints have no Sum, which is the count: ask with --statistics Sum.`);
    }
    return source(file, [points.map(({ Timestamp, Sum }) => [Timestamp, Sum!])], 'cloudwatch');
  }
  if (byData.success) {
    const results = byData.data.MetricDataResults;
    return source(
      file,
      results.map(({ Timestamps, Values }) => Timestamps.map((at, n) => [at, Values[n] ?? null])),
      'cloudwatch',
    );
  }
  if (byRange.success) {
    const { result } = byRange.data.data;
    return source(
      file,
      result.map(({ values }) => values.map(([at, value]) => [String(at), finite(value)])),
      'prometheus',
    );
  }
  throw new InputProblem(
    `${file}: is JSON, but neither an answer of CloudWatch (get-metric-statistics or get-metric-data) nor of Prometheus (query_range): give one of these, or a CSV table.`,
  );
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputProblem(`${file}: begins as JSON, but is none (${(cause as Error).message}): give a whole file.`, {
      cause,
    });
  }
}

/** Prometheus writes numbers as texts, NaN and +Inf among them. */
function finite(text: string): number {
  const value = Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}

function source(file: string, series: readonly (readonly Sample[])[], kind: CountSource['kind']): CountSource {
  let lacksZone = false;
  const timed = series.map((samples) =>
    samples.map(([text, value], index): TimedCount => {
      const [moment, line] = [momentOf(text), index + 1];
      if (moment === null) {
        throw new InputProblem(`${file}, value ${line}: the time is ${text}, but must be a date or a number.`);
      }
      lacksZone ||= moment.lacksZone;
      return { atMs: moment.ms, value, line };
    }),
  );
  return { file, series: timed, kind, lacksZone };
}
