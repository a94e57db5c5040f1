import type { NumberRule } from '../number-rule.ts';
import { Random } from '../random.ts';
import type { Workload } from '../types.ts';
import { crowds, inLots, level, noise, onOff, twoStates, wave } from './shapes.ts';
import { synthesize } from './synthesize.ts';
import { presetCounts, twoStatePresets } from './two-state-preset.ts';

export interface GeneratorParameter extends NumberRule {
  readonly summary: string;
  readonly unit: string;
  readonly default: number;
}

export interface GeneratorKind {
  readonly name: string;
  readonly summary: string;
  readonly parameters: Readonly<Record<string, GeneratorParameter>>;
  /** [second] What arrives, from a value for each parameter. */
  generate(values: Readonly<Record<string, number>>): Float64Array;
  /** Whether `generate` gives whole counts, to be replayed, rather than means. */
  readonly counted: boolean;
}

const seed: GeneratorParameter = { summary: 'what to draw from', unit: '', default: 1, least: 0, whole: true };
const hours: GeneratorParameter = { summary: 'length', unit: 'h', default: 24, above: 0, most: 2400 };
const seconds = (summary: string, value: number): GeneratorParameter => ({
  summary,
  unit: 's',
  default: value,
  above: 0,
});
const rate = (summary: string, value: number): GeneratorParameter => ({
  summary,
  unit: 'req/s',
  default: value,
  least: 0,
});

/** Every generator with what a person may set: name, meaning, unit, legal range, default. */
export const generatorKinds: readonly GeneratorKind[] = [
  kind('constant', 'one rate', { mean: rate('mean rate', 200), hours, seed }, (v) => level(length(v.hours), v.mean)),
  kind(
    'diurnal',
    'a day that repeats, with noise that lasts for minutes',
    {
      mean: rate('mean rate', 200),
      peakToMean: { summary: 'height of the peak over the mean', unit: '', default: 2, least: 1, most: 10 },
      peakHour: { summary: 'time of the peak', unit: 'h', default: 12, least: 0, most: 24 },
      noise: { summary: 'standard deviation of the log of the rate', unit: '', default: 0.1, least: 0, most: 2 },
      hours,
      seed,
    },
    (v, random) => {
      const day = wave(length(v.hours), v.peakToMean, 86_400, v.peakHour * 3600);
      const factor = noise(day.length, random, v.noise, 300);
      return day.map((height, second) => v.mean * height * factor[second]!);
    },
  ),
  kind(
    'mmpp',
    'Markov-modulated Poisson arrivals of two states',
    {
      low: rate('rate of the low state', 50),
      high: rate('rate of the high state', 300),
      lowSeconds: seconds('mean stay in the low state', 600),
      highSeconds: seconds('mean stay in the high state', 300),
      hours,
      seed,
    },
    (v, random) => twoStates(length(v.hours), random, v),
  ),
  ...twoStatePresets.map((preset) =>
    kind(
      preset.name,
      `the two-state workload of Serverless Data Science: ${preset.requests} requests in 15 minutes, ${preset.high} per second at its height`,
      {
        highSeconds: {
          ...seconds('time in the high state, which the paper leaves open', preset.highSeconds),
          most: preset.requests / preset.high,
        },
        seed,
      },
      // One stream for all, so that workload-120 and workload-200 share their states.
      (v) => presetCounts(preset, v.highSeconds, Random.seeded(v.seed, 'workload/two-state-preset')),
      true,
    ),
  ),
  kind(
    'flash-crowd',
    'a steady rate and crowds that come suddenly and leave slowly',
    {
      base: rate('rate between crowds', 100),
      peak: { summary: 'height of a crowd over the base', unit: '', default: 8, least: 1, most: 1000 },
      crowds: { summary: 'how many, at random times', unit: '', default: 3, least: 0, most: 1000, whole: true },
      rampSeconds: seconds('climb to the peak', 120),
      holdSeconds: seconds('time at the peak', 600),
      decaySeconds: seconds('time constant of the decay', 1200),
      hours,
      seed,
    },
    (v, random) => crowds(length(v.hours), random, v).map((height) => v.base * height),
  ),
  kind(
    'on-off',
    'bursts and pauses by turns',
    {
      on: rate('rate of a burst', 200),
      off: rate('rate of a pause', 0),
      onSeconds: seconds('length of a burst', 300),
      offSeconds: seconds('length of a pause', 300),
      jitter: { summary: 'part by which a length varies', unit: '', default: 0.2, least: 0, most: 1 },
      hours,
      seed,
    },
    (v, random) => onOff(length(v.hours), random, v),
  ),
  kind(
    'synthetic',
    'a scenario as drawn for training: waves, states, crowds, bursts, walks or spikes',
    {
      mean: rate('mean rate', 200),
      lots: {
        summary: 'lots that requests come in, in the mean; 0: each on its own',
        unit: '1/s',
        default: 0,
        least: 0,
      },
      hours,
      seed,
    },
    (v, random) => {
      const rates = synthesize(random, v.hours).requests.map((share) => v.mean * share);
      return v.lots > 0 ? inLots(rates, random, v.mean / v.lots) : rates;
    },
  ),
];

/** `values` holds every parameter of the kind, within its range. */
export function generateWorkload(
  kind: GeneratorKind,
  name: string,
  values: Readonly<Record<string, number>>,
): Workload {
  return { name, stepSeconds: 1, requests: kind.generate(values), counted: kind.counted };
}

function kind<P extends Readonly<Record<string, GeneratorParameter>>>(
  name: string,
  summary: string,
  parameters: P & { readonly seed: GeneratorParameter },
  generate: (values: Readonly<Record<keyof P | 'seed', number>>, random: Random) => Float64Array,
  counted = false,
): GeneratorKind {
  return {
    name,
    summary,
    parameters,
    counted,
    generate: (values) => {
      const all = values as Readonly<Record<keyof P | 'seed', number>>;
      return generate(all, Random.seeded(all.seed, `workload/${name}`));
    },
  };
}

function length(hours: number): number {
  return Math.max(1, Math.round(hours * 3600));
}
