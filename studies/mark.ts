import type { ServiceProfile, Workload } from '../env/types.ts';
import { readWorkload } from '../env/workload/reference.ts';
import { createPolicy } from '../policies/registry.ts';
import type { Experiment, Findings, Laboratory } from './experiment.ts';
import { above, band, below, type Figure, inRange } from './figure.ts';
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
  const runs = [];
  for (const reference of workloads) {
    const workload = await readWorkload(reference);
    runs.push({ name: reference.split(':')[0]!, ...(await both(shelf, workload, laboratory.seed)) });
    laboratory.told(reference.split(':')[0]!);
  }
  const figures = runs.flatMap(({ name, endpoint, mixed }) => [
    figure(`${name}: dollars of the endpoint over VMs with Lambda`, 'factor', above(1), endpoint.usd / mixed.usd),
    figure(
      `${name}: missed by VMs with Lambda less missed by the endpoint`,
      'share',
      below(0),
      mixed.missed - endpoint.missed,
    ),
  ]);
  const largest = Math.max(...runs.map(({ endpoint, mixed }) => endpoint.usd / mixed.usd));
  figures.push({
    ...figure('the largest of these factors ("up to 7.8")', 'factor', band(3.9, 7.8), largest),
    open: 'Half of the factor is taken as the least. Which instances the endpoint had, how it was scaled and what it served is not in the slides; a GPU endpoint beside CPU VMs would reach it.',
  });
  return { assumptions, fits: [], figures, sensitivities: [] };
}

interface Both {
  readonly endpoint: ScaledRun;
  readonly mixed: ScaledRun;
}

async function both(shelf: OnShelf, workload: Workload, seed: number): Promise<Both> {
  const common = { prices: shelf.prices, workload, seed, warmUpSeconds };
  const managed = onlyPool(shelf.profile, 'endpoint');
  const servedPerSecond = 1000 / managed.pools[0]!.serviceMs[0]!;
  const tracking = { pool: 0, targetPerSecond: servedPerSecond / endpointHeadroom, alarmPoints: 3 };
  const rented = onlyPool(shelf.profile, 'cpu');
  return {
    endpoint: await measureScaled({ ...common, profile: managed, policy: new TargetTracking(managed, tracking) }),
    mixed: await measureScaled({ ...common, profile: rented, policy: createPolicy('mixed', rented, shelf.prices) }),
  };
}

function onlyPool(profile: ServiceProfile, name: string): ServiceProfile {
  return { ...profile, pools: profile.pools.filter((pool) => pool.name === name) };
}

function figure(name: string, unit: Figure['unit'], paper: Figure['paper'], ours: number): Figure {
  return { name, unit, paper, ours, role: 'predicted', tolerance: inRange };
}
