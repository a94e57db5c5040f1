import { Random } from '../../env/random.ts';
import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { vmUsdPerRequest } from '../../policies/economics.ts';
import type { Experiment, Findings, Laboratory, Sensitivity } from '../experiment.ts';
import { above, band, type Figure, inRange } from '../figure.ts';
import { take } from '../shelf.ts';
import { paper } from './constant-rates.ts';

/** Workload-2: every query states what it needs, and the scheme picks the model. */
export const selection: Experiment = {
  name: 'paragon-selection',
  title: 'Choosing the model by the constraints of each query',
  source: `${paper}, the prototype with workload-2`,
  steps: 1,
  run,
};

const queries = 50_000;

const assumptions = [
  'Workload-2 draws constraints at random without saying from what: each query states the least accuracy and the most latency, drawn evenly between the least and the most of the pool, until some model meets both. A query of cost alone is one without either.',
  'The constraint-aware scheme takes the cheapest model that meets both. The naive one is not described beyond ignoring the constraints together: it meets the latency, and then takes any model that meets the accuracy, each as likely. Dollars are those of a full VM.',
];

interface Model {
  readonly accuracy: number;
  readonly ms: number;
  readonly usd: number;
}

async function run(laboratory: Laboratory): Promise<Findings> {
  const { profile, prices } = await take(laboratory, 'paragon-models', 'aws-2020');
  const models = modelsOf(profile, prices);
  const saved = savings(models, laboratory.seed, anyFitting);
  laboratory.told('queries');
  const open = 'What the naive scheme picks is not given: see the sensitivity.';
  const figures: Figure[] = [
    {
      name: 'dollars of naive selection over constraint-aware',
      unit: 'factor',
      paper: above(1),
      ours: 1 / (1 - saved),
      role: 'predicted',
      tolerance: inRange,
    },
    {
      name: 'dollars saved ("up to 20 %")',
      unit: 'share',
      paper: band(0.05, 0.25),
      ours: saved,
      role: 'predicted',
      tolerance: inRange,
      open,
    },
  ];
  return { assumptions, fits: [], figures, sensitivities: [naivety(models, laboratory.seed)] };
}

function modelsOf(profile: ServiceProfile, prices: PriceBook): Model[] {
  return profile.variants.map(({ accuracy }, variant) => ({
    accuracy,
    ms: profile.pools[0]!.serviceMs[variant]!,
    usd: vmUsdPerRequest(profile, prices, 0, variant)!,
  }));
}

/** What the naive scheme does with the models that meet the constraints, from the cheapest on. */
type Naive = (fitting: readonly Model[], random: Random) => Model;

const anyFitting: Naive = (fitting, random) => fitting[random.below(fitting.length)]!;

/** Share of the naive scheme's dollars that the cheapest fitting model saves. */
function savings(models: readonly Model[], seed: number, naive: Naive): number {
  const random = Random.seeded(seed, 'studies/selection');
  let aware = 0;
  let unaware = 0;
  for (let query = 0; query < queries; query++) {
    const fitting = drawFitting(models, random);
    aware += fitting[0]!.usd;
    unaware += naive(fitting, random).usd;
  }
  return 1 - aware / unaware;
}

/** Of a query with constraints that some model meets: those models, from the cheapest on. */
function drawFitting(models: readonly Model[], random: Random): readonly Model[] {
  const between = (of: (model: Model) => number) => {
    const values = models.map(of);
    const least = Math.min(...values);
    return least + (Math.max(...values) - least) * random.uniform();
  };
  for (;;) {
    const accuracy = between((one) => one.accuracy);
    const ms = between((one) => one.ms);
    const fitting = models.filter((one) => one.accuracy >= accuracy && one.ms <= ms);
    if (fitting.length > 0) return fitting.toSorted((a, b) => a.usd - b.usd);
  }
}

function naivety(models: readonly Model[], seed: number): Sensitivity {
  const schemes: readonly (readonly [string, Naive])[] = [
    ['any that fits', anyFitting],
    ['the second cheapest that fits', (fitting) => fitting[1] ?? fitting[0]!],
    [
      'the most accurate that fits',
      (fitting) => fitting.reduce((best, one) => (one.accuracy > best.accuracy ? one : best)),
    ],
  ];
  const rows = schemes.map(([name, naive]) => ({
    value: name,
    cells: [`${(100 * savings(models, seed, naive)).toFixed(1)}%`],
  }));
  return { parameter: 'what the naive scheme takes', columns: ['dollars saved'], rows };
}
