import type { Random } from '../env/random.ts';
import type { Workload } from '../env/types.ts';
import { meanRates } from '../env/workload/mean-rates.ts';
import { DemandHistory } from './demand-history.ts';
import { trainingWorkload } from './training-families.ts';

export interface TrainingSetOptions {
  readonly decisionSeconds: number;
  readonly binSeconds: number;
  /** Altered copies of every given trace. */
  readonly copiesPerTrace: number;
  /** Synthetic workloads, and the hours that each lasts. */
  readonly syntheticCount: number;
  readonly syntheticHours: number;
  /** Given traces at which half of the samples come from them; with fewer, more is synthetic. */
  readonly tracesForHalf: number;
}

export const defaultTrainingSet = { copiesPerTrace: 24, syntheticCount: 240, syntheticHours: 8, tracesForHalf: 3 };

/** Demand with mean 1, to be drawn from in training; more different traces are worth more than more steps on the same. */
export interface TrainingSet {
  readonly histories: readonly DemandHistory[];
  /** [history] Relative frequency in the samples. */
  readonly weights: readonly number[];
}

/** Given traces as they are and altered (cut, turned, stretched, sharpened or flattened, with bursts or a drift), and synthetic ones; all with the noise of counts. */
export function trainingSet(workloads: readonly Workload[], options: TrainingSetOptions, random: Random): TrainingSet {
  const perInterval = options.decisionSeconds / options.binSeconds;
  const given = workloads.map((one) => meanRates(one, options.binSeconds));
  const altered = given.flatMap((rates) => Array.from({ length: options.copiesPerTrace }, () => alter(rates, random)));
  const noisy = (rates: Float32Array) =>
    drawCounts(withMeanOne(rates), requestsPerSecond(random), options.binSeconds, random);
  // Counts by the minute say nothing of what happens within one, and a policy that never saw noise takes it for a trend.
  const real = [...given, ...altered].map(noisy);
  const synthetic = Array.from({ length: options.syntheticCount }, () =>
    noisy(meanRates(trainingWorkload(random, options.syntheticHours), options.binSeconds)),
  );
  const syntheticShare = options.tracesForHalf / (given.length + options.tracesForHalf);
  return {
    histories: [...real, ...synthetic].map((rates) => DemandHistory.of(withMeanOne(rates), perInterval)),
    weights: [
      ...real.map(() => (1 - syntheticShare) / real.length),
      ...synthetic.map(() => syntheticShare / Math.max(1, synthetic.length)),
    ],
  };
}

/** From a service that is noisy to one that is hardly so, log-uniformly. */
function requestsPerSecond(random: Random): number {
  return 20 * 50 ** random.uniform();
}

/** A day at most, from anywhere in the trace, and like it in kind alone. */
function alter(rates: Float32Array, random: Random): Float32Array {
  const cut = window(rates, Math.ceil(longestCopyBins * 0.5 * 2 ** random.uniform()), random);
  const stretched = stretch(random.uniform() < 0.3 ? cut.slice().reverse() : cut, 0.6 * 2.8 ** random.uniform());
  const power = 0.6 * 2.4 ** random.uniform();
  const mean = withMeanOne(stretched);
  for (let bin = 0; bin < mean.length; bin++) mean[bin] = mean[bin]! ** power;
  const draw = random.uniform();
  if (draw < 0.3) spliceBursts(mean, random);
  else if (draw < 0.6) drift(mean, random);
  return mean;
}

const longestCopyBins = 8640;

function window(rates: Float32Array, bins: number, random: Random): Float32Array {
  const length = Math.min(rates.length, bins);
  const from = random.below(rates.length - length + 1);
  return rates.subarray(from, from + length);
}

/** Louder and softer, slowly. */
function drift(rates: Float32Array, random: Random): void {
  const step = 0.02 * random.uniform();
  let log = 0;
  for (let bin = 0; bin < rates.length; bin++) {
    log = 0.9995 * log + step * random.normal();
    rates[bin]! *= Math.exp(log);
  }
}

/** Slower where the factor is above 1: the same shape in more bins. */
function stretch(rates: Float32Array, factor: number): Float32Array {
  return Float32Array.from({ length: Math.max(1, Math.floor(rates.length * factor)) }, (_, bin) => {
    const at = bin / factor;
    const lower = Math.min(rates.length - 1, Math.floor(at));
    const upper = Math.min(rates.length - 1, lower + 1);
    return rates[lower]! + (at - lower) * (rates[upper]! - rates[lower]!);
  });
}

function spliceBursts(rates: Float32Array, random: Random): void {
  const bursts = Math.ceil(rates.length / (60 + random.below(1500)));
  for (let burst = 0; burst < bursts; burst++) {
    const start = random.below(rates.length);
    const length = 3 + random.below(90);
    const height = 1.2 + 2.5 * random.uniform();
    for (let bin = start; bin < Math.min(rates.length, start + length); bin++) rates[bin]! *= height;
  }
}

/** Poisson counts around the rates at that many requests per second on average, as rates with the old mean. */
function drawCounts(rates: Float32Array, requestsPerSecond: number, binSeconds: number, random: Random): Float32Array {
  const perUnit = requestsPerSecond * binSeconds;
  return rates.map((rate) => random.poisson(rate * perUnit) / perUnit);
}

function withMeanOne(rates: Float32Array): Float32Array {
  let sum = 0;
  for (const rate of rates) sum += rate;
  const mean = sum / rates.length;
  return mean > 0 ? rates.map((rate) => rate / mean) : rates.map(() => 1);
}

/** One of the histories, as often as its weight says. */
export function drawHistory({ histories, weights }: TrainingSet, random: Random): DemandHistory {
  let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let index = 0; index < histories.length; index++) {
    left -= weights[index]!;
    if (left < 0) return histories[index]!;
  }
  return histories.at(-1)!;
}
