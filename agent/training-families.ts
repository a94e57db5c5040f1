import type { Random } from '../env/random.ts';
import type { Workload } from '../env/types.ts';
import { addBetween, level, noise } from '../env/workload/shapes.ts';
import { synthesize } from '../env/workload/synthesize.ts';

type Family = (seconds: number, random: Random) => Float64Array;

/** Kinds of demand beside those of `env/workload/synthesize.ts`, so that what is learnt is not the habit of a few generators. */
const families: readonly Family[] = [sources, sessions, jobs, scales, regimes];

/** A workload for training, of one of all kinds. Its mean is whatever it is; whoever trains scales it. */
export function trainingWorkload(random: Random, hours: number): Workload {
  if (random.uniform() < 0.5) return synthesize(random, hours);
  const seconds = Math.max(1, Math.round(hours * 3600));
  const family = families[random.below(families.length)]!;
  const rates = family(seconds, random);
  const whisper = noise(seconds, random, random.logUniform(0.01, 0.3), random.logUniform(5, 1800));
  const requests = rates.map((rate, second) => rate * whisper[second]!);
  return { name: `training-${family.name}`, stepSeconds: 1, requests, counted: false };
}

/** A time with a heavy tail: Pareto. */
function heavyTailed(random: Random, least: number, index: number): number {
  return least * (1 - random.uniform()) ** (-1 / index);
}

/** Many sources that talk and are silent for heavy-tailed times: self-similar (Willinger, Taqqu, Sherman and Wilson 1997). */
function sources(seconds: number, random: Random): Float64Array {
  const rates = level(seconds, random.logUniform(0.05, 5));
  const index = 1.1 + 0.8 * random.uniform();
  const [on, off] = [random.logUniform(5, 300), random.logUniform(5, 600)];
  for (let left = 3 + random.below(40); left > 0; left--) {
    const height = 0.2 + random.uniform();
    let isOn = random.uniform() < 0.5;
    for (let from = 0; from < seconds; isOn = !isOn) {
      const to = from + heavyTailed(random, isOn ? on : off, index);
      if (isOn) addBetween(rates, from, to, height);
      from = to;
    }
  }
  return rates;
}

/** Few large users who come at any time, stay for a heavy-tailed time, and fade or go at once: language models, batches. */
function sessions(seconds: number, random: Random): Float64Array {
  const rates = level(seconds, random.logUniform(0.03, 2));
  const every = random.logUniform(30, 3600);
  const stay = random.logUniform(10, 600);
  const sigma = 1.2 * random.uniform();
  const fades = random.uniform() < 0.5;
  for (let start = every * random.exponential(); start < seconds; start += every * random.exponential()) {
    const height = Math.exp(sigma * random.normal());
    const lasts = Math.min(7200, heavyTailed(random, stay, 1.3));
    if (!fades) addBetween(rates, start, start + lasts, height);
    else
      for (let at = Math.ceil(start); at < Math.min(seconds, start + 5 * lasts); at++)
        rates[at]! += height * Math.exp((start - at) / lasts);
  }
  return rates;
}

/** Clockwork: jobs of some minutes at several periods. */
function jobs(seconds: number, random: Random): Float64Array {
  const rates = level(seconds, 1);
  for (let left = 1 + random.below(4); left > 0; left--) {
    const period = random.logUniform(120, 7200);
    const lasts = period * random.logUniform(0.02, 0.5);
    const height = random.logUniform(0.1, 3);
    for (let start = -period * random.uniform(); start < seconds; start += period) {
      addBetween(rates, Math.max(0, start), start + lasts, height);
    }
  }
  return rates;
}

/** Ups and downs on every time scale at once, none of which is the right one to look at. */
function scales(seconds: number, random: Random): Float64Array {
  const rates = level(seconds, 1);
  for (const relaxation of [20, 120, 600, 3600, 14_400]) {
    const layer = noise(seconds, random, 0.5 * random.uniform() ** 2, relaxation * random.logUniform(0.5, 2));
    for (let second = 0; second < seconds; second++) rates[second]! *= layer[second]!;
  }
  return rates;
}

/** Long quiet and long busy times, with slopes between them: quiet nights, releases. */
function regimes(seconds: number, random: Random): Float64Array {
  const rates = level(seconds, 1);
  const sigma = random.logUniform(0.2, 1.2);
  const lasts = random.logUniform(600, 10_800);
  const follow = 1 / random.logUniform(5, 1800);
  let [target, rate, until] = [1, Math.exp(sigma * random.normal()), 0];
  for (let second = 0; second < seconds; second++) {
    if (second >= until) {
      target = Math.exp(sigma * random.normal());
      until = second + lasts * (0.2 + random.exponential());
    }
    rate += follow * (target - rate);
    rates[second] = rate;
  }
  return rates;
}
