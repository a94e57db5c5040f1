import type { Command } from 'commander';
import { InputProblem } from '../env/problem.ts';
import type { Workload } from '../env/types.ts';
import { durationSeconds } from '../env/workload/duration.ts';
import { meanRates } from '../env/workload/mean-rates.ts';
import { readWorkload } from '../env/workload/reference.ts';
import { forecastContest } from '../policies/forecast/contest.ts';
import { forecasterKinds } from '../policies/forecast/kinds.ts';
import { type ForecastComparison, forecastText, type TraceForecasts } from './forecast-text.ts';
import { numberAfter } from './number.ts';
import { traceSource } from './trace-source.ts';
import { checkFileWritable, writeFileAtomically } from './write-file.ts';

interface ForecastOptions {
  readonly trace: readonly string[];
  readonly horizon: readonly number[];
  readonly interval: number;
  readonly json?: string;
}

const quantiles = [0.1, 0.5, 0.9];
const mostSteps = 1440;

export function registerForecast(program: Command, write: (text: string) => void): void {
  program
    .command('forecast')
    .summary('how well the forecasters know a trace')
    .description(
      'Lets the forecasters that policies use see traces interval by interval, and compares what they say of the intervals ahead: the pinball loss of three quantiles, over that of the last value.',
    )
    .requiredOption('--trace <reference...>', 'CSV files or generators; REFERENCE@START+DURATION takes a part')
    .option('--horizon <intervals>', 'how many intervals ahead, by comma', horizons, [1, 5, 10, 30])
    .option('--interval <seconds>', 'length of an interval', numberAfter('--interval', { least: 1, whole: true }), 60)
    .option('--json <file>', 'writes the losses; - for the standard output')
    .addHelpText(
      'after',
      '\nExamples:\n  spillway forecast --trace day.csv diurnal:mean=50,hours=72 --horizon 1,5,30\n',
    )
    .action(async (options: ForecastOptions) => {
      const file = options.json;
      if (file !== undefined && file !== '-') await checkFileWritable(file, '--json', options.trace);
      const comparison = await compareForecasters(options);
      const json = `${JSON.stringify(comparison, null, 2)}\n`;
      if (file !== undefined && file !== '-') await writeFileAtomically(file, json);
      write(file === '-' ? json : forecastText(comparison));
    });
}

function horizons(text: string): number[] {
  const rule = { least: 1, most: mostSteps, whole: true };
  const steps = text.split(',').map(numberAfter('--horizon', rule));
  return [...new Set(steps)].sort((a, b) => a - b);
}

async function compareForecasters({ trace, horizon, interval }: ForecastOptions): Promise<ForecastComparison> {
  const workloads: Workload[] = [];
  for (const text of trace) {
    const { reference, ...part } = traceSource(text);
    const workload = await readWorkload(reference, part);
    checkLength(workload, interval, horizon[0]!);
    workloads.push(workload);
  }
  return {
    intervalSeconds: interval,
    horizons: horizon,
    quantiles,
    traces: workloads.map((workload) => contestOn(workload, interval, horizon)),
  };
}

function contestOn(workload: Workload, intervalSeconds: number, steps: readonly number[]): TraceForecasts {
  const whole = Math.floor(durationSeconds(workload) / intervalSeconds);
  const rates = meanRates(workload, intervalSeconds).subarray(0, whole);
  const terms = { kinds: forecasterKinds, intervalSeconds, rates, horizons: steps, quantiles };
  return { trace: workload.name, intervals: whole, forecasters: forecastContest(terms) };
}

/** A trace in wide bins holds nothing that could be forecast within one of them. */
function checkLength(workload: Workload, intervalSeconds: number, least: number): void {
  const { name, stepSeconds } = workload;
  if (intervalSeconds < stepSeconds) {
    throw new InputProblem(
      `--interval ${intervalSeconds}: must be at least ${stepSeconds}, the step of ${name} in seconds; give --interval ${stepSeconds} or more`,
    );
  }
  if (durationSeconds(workload) < (least + 1) * intervalSeconds) {
    throw new InputProblem(
      `--trace ${name}: lasts ${durationSeconds(workload)} s, but must have at least ${least + 1} intervals of ${intervalSeconds} s; give a longer one or a smaller --interval`,
    );
  }
}
