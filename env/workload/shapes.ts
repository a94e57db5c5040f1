import type { Random } from '../random.ts';

/*
 * Request rates over time, from which generators and training scenarios are made.
 * Every shape returns [second] the mean rate of that second in requests per second.
 */

export function level(seconds: number, rate: number): Float64Array {
  return new Float64Array(seconds).fill(rate);
}

/**
 * A wave with mean 1: exp(k cos), the density of von Mises, with k such that its peak is `peakToMean`.
 * It stays positive and its peaks are the sharper the higher they are, as days of real traffic are.
 */
export function wave(seconds: number, peakToMean: number, periodSeconds: number, peakSecond: number): Float64Array {
  const sharpness = waveSharpness(peakToMean);
  return new Float64Array(seconds).map((_, second) => {
    const angle = (2 * Math.PI * (second + 0.5 - peakSecond)) / periodSeconds;
    return peakToMean * Math.exp(sharpness * (Math.cos(angle) - 1));
  });
}

function waveSharpness(peakToMean: number): number {
  let low = 0;
  let high = 1000;
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (waveMean(middle) * peakToMean > 1) low = middle;
    else high = middle;
  }
  return low;
}

/** Mean of exp(k (cos - 1)) over a period. */
function waveMean(sharpness: number): number {
  const points = 1440;
  let sum = 0;
  for (let point = 0; point < points; point++)
    sum += Math.exp(sharpness * (Math.cos((2 * Math.PI * point) / points) - 1));
  return sum / points;
}

/** Lognormal noise with mean 1: the log-rate is an Ornstein-Uhlenbeck process, stationary from the start. */
export function noise(seconds: number, random: Random, sigma: number, relaxationSeconds: number): Float64Array {
  const rates = level(seconds, 1);
  if (sigma === 0) return rates;
  const memory = Math.exp(-1 / relaxationSeconds);
  const kick = sigma * Math.sqrt(1 - memory * memory);
  let log = sigma * random.normal();
  for (let second = 0; second < seconds; second++) {
    rates[second] = Math.exp(log - (sigma * sigma) / 2);
    log = memory * log + kick * random.normal();
  }
  return rates;
}

/**
 * A rate that stays as it is for a while and then jumps, lognormal with mean 1: days of a service that other machines call, or hourly counts. One in
 * two lasts `usualSeconds`, the others are exponential with that mean.
 */
export function stairs(seconds: number, random: Random, sigma: number, usualSeconds: number): Float64Array {
  const rates = level(seconds, 0);
  for (let from = 0; from < seconds; ) {
    const lasts = random.uniform() < 0.5 ? usualSeconds : usualSeconds * random.exponential();
    const upTo = Math.min(seconds, from + Math.max(1, Math.round(lasts)));
    rates.fill(Math.exp(sigma * random.normal() - (sigma * sigma) / 2), from, upTo);
    from = upTo;
  }
  return rates;
}

export interface TwoStates {
  readonly low: number;
  readonly high: number;
  readonly lowSeconds: number;
  readonly highSeconds: number;
}

/** The rate of a Markov-modulated Poisson process of two states with these mean dwell times, stationary from the start. */
export function twoStates(
  seconds: number,
  random: Random,
  { low, high, lowSeconds, highSeconds }: TwoStates,
): Float64Array {
  const rates = level(seconds, low);
  let isHigh = random.uniform() < highSeconds / (lowSeconds + highSeconds);
  for (let from = 0; from < seconds; isHigh = !isHigh) {
    const to = from + random.exponential() * (isHigh ? highSeconds : lowSeconds);
    if (isHigh) addBetween(rates, from, to, high - low);
    from = to;
  }
  return rates;
}

export interface OnOff {
  readonly on: number;
  readonly off: number;
  readonly onSeconds: number;
  readonly offSeconds: number;
  /** Each period is longer or shorter by up to this part of its length. */
  readonly jitter: number;
}

/** Starts at a random place of an on-period. */
export function onOff(seconds: number, random: Random, shape: OnOff): Float64Array {
  const rates = level(seconds, shape.off);
  const period = (length: number) => length * (1 + shape.jitter * (2 * random.uniform() - 1));
  let to = period(shape.onSeconds) * random.uniform();
  addBetween(rates, 0, to, shape.on - shape.off);
  while (to < seconds) {
    const from = to + period(shape.offSeconds);
    to = from + period(shape.onSeconds);
    addBetween(rates, from, to, shape.on - shape.off);
  }
  return rates;
}

export interface Crowds {
  readonly crowds: number;
  /** Height of a crowd over the base rate of 1. */
  readonly peak: number;
  readonly rampSeconds: number;
  readonly holdSeconds: number;
  readonly decaySeconds: number;
}

/** 1, and crowds at random times that climb linearly to the peak, hold it and decay exponentially; where they meet the larger counts. */
export function crowds(seconds: number, random: Random, shape: Crowds): Float64Array {
  const rates = level(seconds, 1);
  for (let crowd = 0; crowd < shape.crowds; crowd++) {
    const start = random.below(seconds);
    const end = Math.min(seconds, start + shape.rampSeconds + shape.holdSeconds + 7 * shape.decaySeconds);
    for (let second = start; second < end; second++) {
      rates[second] = Math.max(rates[second]!, 1 + (shape.peak - 1) * crowdHeight(second + 0.5 - start, shape));
    }
  }
  return rates;
}

function crowdHeight(age: number, { rampSeconds, holdSeconds, decaySeconds }: Crowds): number {
  if (age < rampSeconds) return age / rampSeconds;
  const past = age - rampSeconds - holdSeconds;
  return past <= 0 ? 1 : decaySeconds === 0 ? 0 : Math.exp(-past / decaySeconds);
}

/**
 * The same requests in lots of equal size: compound Poisson counts, whose variance is `lot` times their mean whatever the rate. So come a log's requests once it is scaled
 * up, and those of clients that ask for several things at once (Hohn, Veitch and Abry, "Cluster processes: a natural language for network traffic", 2003).
 */
export function inLots(rates: Float64Array, random: Random, lot: number): Float64Array {
  return rates.map((rate) => (rate > 0 ? lot * random.poisson(rate / lot) : 0));
}

/** Adds a rate between two times, in part to the seconds that the times cut. */
export function addBetween(rates: Float64Array, from: number, to: number, rate: number): void {
  const end = Math.min(to, rates.length);
  for (let second = Math.floor(from); second < end; second++) {
    rates[second]! += rate * (Math.min(end, second + 1) - Math.max(from, second));
  }
}
