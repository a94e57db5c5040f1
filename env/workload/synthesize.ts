import type { Random } from '../random.ts';
import type { Workload } from '../types.ts';
import { crowds, noise, onOff, stairs, twoStates, wave } from './shapes.ts';

type Family = (seconds: number, random: Random) => Float64Array;

const families: Readonly<Record<string, Family>> = {
  wave(seconds, random) {
    const period = random.logUniform(1800, 86_400);
    return wave(seconds, random.logUniform(1.05, 5), period, random.uniform() * period);
  },
  mmpp: (seconds, random) =>
    twoStates(seconds, random, {
      low: 1,
      high: random.logUniform(1.3, 10),
      lowSeconds: random.logUniform(30, 7200),
      highSeconds: random.logUniform(20, 3600),
    }),
  crowd: (seconds, random) =>
    crowds(seconds, random, {
      crowds: 1 + random.below(Math.ceil(seconds / 3600)),
      peak: random.logUniform(1.5, 15),
      rampSeconds: random.logUniform(5, 1200),
      holdSeconds: random.logUniform(10, 3600),
      decaySeconds: random.logUniform(10, 3600),
    }),
  'on-off': (seconds, random) =>
    onOff(seconds, random, {
      on: 1,
      off: random.logUniform(0.02, 0.7),
      onSeconds: random.logUniform(30, 3600),
      offSeconds: random.logUniform(30, 3600),
      jitter: random.uniform(),
    }),
  walk: (seconds, random) => noise(seconds, random, random.logUniform(0.1, 0.8), random.logUniform(300, 14_400)),
  stairs: (seconds, random) => stairs(seconds, random, random.logUniform(0.02, 0.6), random.logUniform(600, 14_400)),
  spikes: (seconds, random) =>
    crowds(seconds, random, {
      crowds: 1 + Math.floor(seconds / random.logUniform(120, 7200)),
      peak: random.logUniform(1.5, 9),
      rampSeconds: random.logUniform(1, 10),
      holdSeconds: random.logUniform(1, 60),
      decaySeconds: random.logUniform(2, 120),
    }),
};

/**
 * A workload for training: one family, or the product of two, from smooth to bursty, most with noise on top.
 * Its mean rate is 1 request per second, in steps of 1 s; whoever trains scales it.
 */
export function synthesize(random: Random, hours: number): Workload {
  const seconds = Math.max(1, Math.round(hours * 3600));
  const names = Object.keys(families);
  const drawn = Array.from({ length: random.uniform() < 0.3 ? 2 : 1 }, () => names[random.below(names.length)]!);
  const layers = drawn.map((name) => families[name]!(seconds, random));
  if (random.uniform() < 0.7)
    layers.push(noise(seconds, random, random.logUniform(0.02, 0.4), random.logUniform(5, 1800)));
  const requests = layers.reduce((product, layer) => product.map((rate, second) => rate * layer[second]!));
  const mean = requests.reduce((sum, rate) => sum + rate, 0) / seconds;
  return {
    name: `synthetic-${drawn.join('-')}`,
    stepSeconds: 1,
    requests: requests.map((rate) => rate / mean),
    counted: false,
  };
}
