import type { ContestResult } from '../policies/forecast/contest.ts';
import { columns } from './columns.ts';

export interface TraceForecasts {
  readonly trace: string;
  readonly intervals: number;
  readonly forecasters: readonly ContestResult[];
}

export interface ForecastComparison {
  readonly intervalSeconds: number;
  /** Intervals ahead. */
  readonly horizons: readonly number[];
  readonly quantiles: readonly number[];
  readonly traces: readonly TraceForecasts[];
}

/** A table per trace: a row per forecaster, a group of columns per horizon. */
export function forecastText(comparison: ForecastComparison): string {
  const { horizons, quantiles } = comparison;
  const heading = ['forecaster', ...horizons.flatMap((steps) => quantiles.map((one, at) => label(steps, one, at)))];
  const tables = comparison.traces.map((one) => traceTable(one, heading, comparison));
  return `${tables.join('\n')}\n${legend(comparison)}`;
}

/** The first column of a group says how far ahead. */
function label(steps: number, quantile: number, at: number): string {
  const percent = `${Math.round(100 * quantile)}%`;
  return at === 0 ? `| +${steps}: ${percent}` : percent;
}

function traceTable(
  { trace, intervals, forecasters }: TraceForecasts,
  heading: readonly string[],
  { intervalSeconds }: ForecastComparison,
): string {
  const [first, ...others] = forecasters;
  const rows = [
    heading,
    [`${first!.name}, req/s`, ...cells(first!.losses, (loss) => loss.toPrecision(3))],
    ...others.map((one) => [one.name, ...cells(one.relative, (ratio) => ratio.toFixed(2))]),
  ];
  const lines = columns(rows).map((line) => `   ${line}\n`);
  return `${trace}: ${intervals} intervals of ${intervalSeconds} s\n${lines.join('')}`;
}

function cells(table: readonly (readonly (number | null)[])[], shown: (value: number) => string): string[] {
  return table.flatMap((row) =>
    row.map((value, at) => `${at === 0 ? '| ' : ''}${value === null ? '-' : shown(value)}`),
  );
}

function legend({ horizons, quantiles }: ForecastComparison): string {
  const named = quantiles.map((one) => `${Math.round(100 * one)} %`).join(', ');
  return (
    `Pinball loss of the quantiles ${named}, ${horizons.join(', ')} intervals ahead: of the last value in requests per second, of the others over that,\n` +
    'forecast at the same moments; below 1 is better than the last value. -: too little seen (seasonal needs a day before its first forecast), or the last value was never wrong.\n'
  );
}
