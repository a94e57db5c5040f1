import { lognormalQuantile, lognormalShareBelow } from '../physics/lognormal.ts';
import { InputProblem } from '../problem.ts';
import type { ServiceProfile } from '../types.ts';
import { type Place, placeOf, placeText } from './place.ts';
import type { Sample } from './samples.ts';

/** What was measured at one place, and how well the fitted distribution tells it. */
export interface PlaceFit extends Place {
  readonly samples: number;
  /** Mean of the warm single answers. */
  readonly serviceMs: number;
  /** Half of the 95 % interval of that mean, as a share of it; null: a single sample. */
  readonly meanError: number | null;
  /** Fitted over measured quantile, less 1. */
  readonly quantileErrors: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** Kolmogorov and Smirnov's distance: the largest gap between the two distribution functions. */
  readonly distance: number;
  /** Mean cold answer less the mean warm one; null: no cold answers. */
  readonly coldStartMs: number | null;
  readonly coldSamples: number;
}

export interface ProfileFit {
  readonly places: readonly PlaceFit[];
  /** Of every service time; null: no place has two samples. */
  readonly serviceCv: number | null;
  /** Null: no batches on Lambda. */
  readonly batchMarginal: number | null;
}

/**
 * Service times are lognormal with one coefficient of variation for all places (env/types.ts). A mean is the mean of the samples, since capacity
 * and bills follow the mean; the coefficient comes from the variance of the logarithms within the places, pooled over their degrees of freedom.
 */
export function fitProfile(profile: ServiceProfile, samples: readonly Sample[], file: string): ProfileFit {
  const measured = byPlace(profile, samples, file);
  const serviceCv = pooledCv(measured.map(({ warm }) => warm));
  return {
    serviceCv,
    places: measured.map((one) => placeFit(one, serviceCv ?? 0)),
    batchMarginal: batchMarginal(measured),
  };
}

interface Measured {
  readonly place: Place;
  readonly samples: readonly Sample[];
  /** Milliseconds of the warm answers to single requests. */
  readonly warm: readonly number[];
}

/** In the order in which the file comes to the places. */
function byPlace(profile: ServiceProfile, samples: readonly Sample[], file: string): Measured[] {
  const groups = new Map<string, { place: Place; samples: Sample[] }>();
  for (const sample of samples) {
    const place = placeOf(profile, sample, file);
    const key = placeText(place);
    const group = groups.get(key) ?? { place, samples: [] };
    group.samples.push(sample);
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => {
    const warm = latencies(group.samples, (one) => !one.isCold && one.batch === 1);
    if (warm.length > 0) return { ...group, warm };
    throw new InputProblem(
      `${file}:${group.samples[0]!.line}: ${placeText(group.place)} has no warm answer to a single request, ` +
        'but must have one to compare others with: measure it.',
    );
  });
}

function placeFit({ place, samples, warm }: Measured, cv: number): PlaceFit {
  const serviceMs = mean(warm);
  const cold = latencies(samples, (one) => one.isCold && one.batch === 1);
  const sorted = [...warm].sort((a, b) => a - b);
  const error = (share: number) => lognormalQuantile(serviceMs, cv, share) / quantile(sorted, share) - 1;
  return {
    ...place,
    samples: warm.length,
    serviceMs,
    meanError: warm.length < 2 ? null : (1.96 * deviation(warm)) / Math.sqrt(warm.length) / serviceMs,
    quantileErrors: { p50: error(0.5), p95: error(0.95), p99: error(0.99) },
    distance: distance(sorted, serviceMs, cv),
    coldStartMs: cold.length === 0 ? null : Math.max(0, mean(cold) - serviceMs),
    coldSamples: cold.length,
  };
}

/** The slope through the origin of t(b)/t(1) - 1 over b - 1, by least squares over Lambda's warm batches. */
function batchMarginal(measured: readonly Measured[]): number | null {
  let products = 0;
  let squares = 0;
  for (const { place, samples, warm } of measured) {
    if (place.pool !== null) continue;
    const one = mean(warm);
    for (const { batch, latencyMs, isCold } of samples) {
      if (isCold || batch === 1) continue;
      products += (batch - 1) * (latencyMs / one - 1);
      squares += (batch - 1) ** 2;
    }
  }
  return squares === 0 ? null : Math.min(1, Math.max(0, products / squares));
}

function pooledCv(groups: readonly (readonly number[])[]): number | null {
  let squares = 0;
  let freedom = 0;
  for (const values of groups) {
    const logs = values.map(Math.log);
    squares += deviation(logs) ** 2 * (values.length - 1);
    freedom += values.length - 1;
  }
  return freedom === 0 ? null : Math.sqrt(Math.expm1(squares / freedom));
}

function latencies(samples: readonly Sample[], isWanted: (sample: Sample) => boolean): number[] {
  return samples.filter(isWanted).map(({ latencyMs }) => latencyMs);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}

/** Sample standard deviation; 0 for a single value. */
function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, one) => sum + (one - centre) ** 2, 0) / Math.max(1, values.length - 1));
}

/** The smallest value that at least this share of the values does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

function distance(sorted: readonly number[], meanMs: number, cv: number): number {
  return sorted.reduce((largest, value, index) => {
    const fitted = lognormalShareBelow(value, meanMs, cv);
    return Math.max(largest, Math.abs(fitted - index / sorted.length), Math.abs(fitted - (index + 1) / sorted.length));
  }, 0);
}
