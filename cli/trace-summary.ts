import type { Workload } from '../env/types.ts';

/** Rates in requests per second. */
export interface TraceSummary {
  readonly durationSeconds: number;
  readonly stepSeconds: number;
  readonly requests: number;
  readonly mean: number;
  /** Over bins of the trace's own step; so is the peak. */
  readonly median: number;
  readonly peak: number;
  /** Null where the median is 0. */
  readonly peakToMedian: number | null;
  /** The same over whole minutes; null too where a minute is no whole number of steps, or the trace is shorter. */
  readonly peakToMedianMinutes: number | null;
}

export function traceSummary({ stepSeconds, requests }: Workload): TraceSummary {
  const total = requests.reduce((sum, bin) => sum + bin, 0);
  const rates = requests.map((bin) => bin / stepSeconds).sort();
  const minutes = minuteRates(requests, stepSeconds);
  return {
    durationSeconds: requests.length * stepSeconds,
    stepSeconds,
    requests: total,
    mean: total / (requests.length * stepSeconds),
    median: median(rates),
    peak: rates.at(-1)!,
    peakToMedian: peakToMedian(rates),
    peakToMedianMinutes: minutes === null ? null : peakToMedian(minutes),
  };
}

/** Rising; null where there are none. */
function minuteRates(requests: Float64Array, stepSeconds: number): Float64Array | null {
  const bins = 60 / stepSeconds;
  const minutes = Math.floor(requests.length / bins);
  if (!Number.isInteger(bins) || minutes === 0) return null;
  const sum = (minute: number) =>
    requests.subarray(minute * bins, (minute + 1) * bins).reduce((total, bin) => total + bin, 0);
  return Float64Array.from({ length: minutes }, (_, minute) => sum(minute) / 60).sort();
}

function peakToMedian(rising: Float64Array): number | null {
  const middle = median(rising);
  return middle > 0 ? rising.at(-1)! / middle : null;
}

function median(rising: Float64Array): number {
  const last = rising.length - 1;
  return (rising[Math.floor(last / 2)]! + rising[Math.ceil(last / 2)]!) / 2;
}
