import type { Workload } from '../env/types.ts';
import { readWorkload } from '../env/workload/reference.ts';
import { createPolicy } from '../policies/registry.ts';
import { onlyPool } from './change.ts';
import type { Experiment, Findings, Laboratory, Sensitivity } from './experiment.ts';
import { above, band, below, type Figure, inRange, near } from './figure.ts';
import { measureScaled, type ScaledRun } from './scaled.ts';
import { type OnShelf, take } from './shelf.ts';
import { TargetTracking } from './target-tracking.ts';

/** VMs and Lambda together against a managed endpoint. */
export const mark: Experiment = {
  name: 'mark-endpoint',
  title: 'VMs with Lambda against a managed endpoint, up to 7.8 times cheaper',
  source: 'MArk (Zhang et al., USENIX ATC 2019), slides',
  steps: 3,
  run,
};

const warmUpSeconds = 1800;
/** Not judged: what the endpoint is provisioned for. */
const endpointHeadroom = 2;

const workloads = [
  'flash-crowd:base=60,peak=8,crowds=3,rampSeconds=60,hours=4,seed=3',
  'mmpp:low=40,high=320,lowSeconds=900,highSeconds=120,hours=4,seed=4',
  'diurnal:mean=150,peakToMean=2,hours=4,seed=5',
] as const;

const assumptions = [
  'The slides give the factor and no workload: generators with crowds, bursts and a slow wave stand in.',
  `The endpoint is scaled by AWS's target tracking (three data points up, fifteen down), on ml.c5.large for 1.4 times the price of the VM, and each instance is meant to get 1/${endpointHeadroom} of what it serves.`,
  'MArk is the rule mixed, on c5.large and Lambda, with 98 % in 500 ms, the example of the slides.',
];

async function run(laboratory: Laboratory): Promise<Findings> {
  const shelf = await take(laboratory, 'mark', 'aws-2020');
  const runs: Compared[] = [];
  for (const reference of workloads) {
    const name = reference.split(':')[0]!;
    const workload = await readWorkload(reference);
    const compared = { shelf, workload, seed: laboratory.seed };
    const mixed = await rented(compared);
    runs.push({ name, mixed, endpoints: await Promise.all(endpoints.map((one) => managed(compared, one))) });
    laboratory.told(name);
  }
  return { assumptions, fits: [], figures: figuresOf(runs), sensitivities: [sensitivity(runs)] };
}

/** How an endpoint is scaled: the first is held against the slides. */
interface EndpointScaling {
  readonly label: string;
  /** What an instance serves over what it is meant to get. */
  readonly headroom: number;
  readonly calmPoints: number;
}

const endpoints: readonly EndpointScaling[] = [
  { label: `headroom ${endpointHeadroom}`, headroom: endpointHeadroom, calmPoints: 15 },
  { label: 'headroom 4', headroom: 4, calmPoints: 15 },
  { label: `headroom ${endpointHeadroom}, nothing given back`, headroom: endpointHeadroom, calmPoints: Infinity },
];

interface Compared {
  readonly name: string;
  readonly mixed: ScaledRun;
  /** [scaling] */
  readonly endpoints: readonly ScaledRun[];
}

function figuresOf(runs: readonly Compared[]): Figure[] {
  const factors = runs.map(({ mixed, endpoints: [endpoint] }) => endpoint!.usd / mixed.usd);
  const figures = runs.flatMap(({ name, mixed, endpoints: [endpoint] }, index) => [
    figure(`${name}: dollars of the endpoint over VMs with Lambda`, 'factor', above(1), factors[index]!),
    {
      ...figure(
        `${name}: missed by VMs with Lambda less missed by the endpoint`,
        'share',
        below(0),
        mixed.missed - endpoint!.missed,
      ),
      tolerance: near(0.001),
    },
  ]);
  const open =
    'Half of the factor is taken as the least. Which instances the endpoint had, how it was scaled and what it served is not in the slides: an endpoint that is kept at its peak comes near it (see the sensitivity).';
  return [
    ...figures,
    { ...figure('the largest of these factors ("up to 7.8")', 'factor', band(3.9, 7.8), Math.max(...factors)), open },
  ];
}

function sensitivity(runs: readonly Compared[]): Sensitivity {
  const cells = (index: number) =>
    runs.map(({ mixed, endpoints: found }) => {
      const { usd, missed } = found[index]!;
      return `${(usd / mixed.usd).toFixed(1)} times, misses ${(100 * missed).toFixed(1)}%`;
    });
  const rows = endpoints.map(({ label }, index) => ({ value: label, cells: cells(index) }));
  return {
    parameter: 'how the endpoint is scaled: dollars over VMs with Lambda',
    columns: runs.map(({ name }) => name),
    rows,
  };
}

interface Setting {
  readonly shelf: OnShelf;
  readonly workload: Workload;
  readonly seed: number;
}

function managed({ shelf, workload, seed }: Setting, { headroom, calmPoints }: EndpointScaling): Promise<ScaledRun> {
  const profile = onlyPool(shelf.profile, 'endpoint');
  const targetPerSecond = 1000 / profile.pools[0]!.serviceMs[0]! / headroom;
  const policy = new TargetTracking(profile, { pool: 0, targetPerSecond, alarmPoints: 3, calmPoints });
  return measureScaled({ profile, prices: shelf.prices, policy, workload, seed, warmUpSeconds });
}

function rented({ shelf, workload, seed }: Setting): Promise<ScaledRun> {
  const profile = onlyPool(shelf.profile, 'cpu');
  const policy = createPolicy('mixed', profile, shelf.prices);
  return measureScaled({ profile, prices: shelf.prices, policy, workload, seed, warmUpSeconds });
}

function figure(name: string, unit: Figure['unit'], paper: Figure['paper'], ours: number): Figure {
  return { name, unit, paper, ours, role: 'predicted', tolerance: inRange };
}
