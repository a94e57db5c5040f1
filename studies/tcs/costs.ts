import { runClosedLoop } from '../../env/sim/closed-loop.ts';
import type { ServiceProfile } from '../../env/types.ts';
import type { VmPool } from '../../env/vm-pool.ts';
import { lambdaUsdPerRequest } from '../../policies/economics.ts';
import type { Experiment, Findings, Laboratory, Sensitivity } from '../experiment.ts';
import { above, band, below, type Figure, inRange } from '../figure.ts';
import { type OnShelf, take } from '../shelf.ts';
import { paper } from './concurrency.ts';

/** Dollars for an inference on SageMaker's instances, and the rate from which each is cheaper than Lambda. */
export const costs: Experiment = {
  name: 'tcs-cost',
  title: 'Dollars for an inference, and where SageMaker breaks even with Lambda',
  source: `${paper}, figures 10, 11 and 13`,
  steps: 2,
  run,
};

const clients = 11;
const lambdaMemoryMb = 3008;

const assumptions = [
  'An instance of twice the size is taken to serve as fast: the paper finds it only slightly faster at high concurrency. A GPU serves three times as fast (our choice).',
  'Lambda takes 50 ms (our choice, see the sensitivity); as in the paper the fee for keeping it provisioned is left out.',
  'Prices are those of SageMaker before its cut of 2021 (examples/papers/aws-2020.yaml).',
];

async function run(laboratory: Laboratory): Promise<Findings> {
  const shelf = await take(laboratory, 'tcs-recommender', 'aws-2020');
  const usd = (name: string) => usdPerInference(shelf, name, laboratory.seed);
  const figures: Figure[] = [
    {
      name: 'c5.2xlarge over c5.xlarge, dollars for an inference',
      unit: 'factor',
      paper: band(1.7, 2.1),
      ours: usd('c5-2xlarge') / usd('c5-xlarge'),
      role: 'predicted',
      tolerance: inRange,
    },
    {
      name: 'g4dn.2xlarge over g4dn.xlarge, below the ratio of the CPU instances',
      unit: 'factor',
      paper: below(usd('c5-2xlarge') / usd('c5-xlarge')),
      ours: usd('g4dn-2xlarge') / usd('g4dn-xlarge'),
      role: 'predicted',
      tolerance: inRange,
    },
  ];
  laboratory.told('dollars for an inference');
  const lambdaMs = shelf.profile.lambda.serviceMs[0]![0]!;
  figures.push(...instances(shelf.profile).map((pool) => breakEven(shelf, pool, lambdaMs)));
  laboratory.told('break-even');
  return { assumptions, fits: [], figures, sensitivities: [lambdaTimes(shelf)] };
}

function instances({ pools }: ServiceProfile): readonly VmPool[] {
  return pools.filter((pool) => pool.instanceType.startsWith('ml-'));
}

function usdPerSecond({ profile, prices }: OnShelf, name: string): number {
  const pool = profile.pools.find((one) => one.name === name)!;
  return prices.usdPerHour[pool.instanceType]! / 3600;
}

/** With the clients of the paper in a closed loop. */
function usdPerInference(shelf: OnShelf, name: string, seed: number): number {
  const pool = shelf.profile.pools.find((one) => one.name === name)!;
  const { requestsPerSecond } = runClosedLoop({
    clients,
    vms: 1,
    slots: pool.slots,
    serviceMs: pool.serviceMs[0]!,
    serviceCv: shelf.profile.serviceCv,
    contention: pool.contention,
    lines: 'one',
    thinkMs: 0,
    warmUpRequests: 500,
    requests: 10_000,
    seed,
  });
  return usdPerSecond(shelf, name) / requestsPerSecond;
}

/** Requests per second at which an instance costs what Lambda costs. */
function breakEvenRate({ profile, prices }: OnShelf, pool: VmPool, lambdaMs: number): number {
  const tier = profile.lambda.memoryMb.indexOf(lambdaMemoryMb);
  const timed = { ...profile, lambda: { ...profile.lambda, serviceMs: [profile.lambda.memoryMb.map(() => lambdaMs)] } };
  return usdPerSecond({ profile, prices }, pool.name) / lambdaUsdPerRequest(timed, prices, 0, tier)!;
}

function mostPerSecond(pool: VmPool): number {
  return (1000 * pool.slots) / pool.serviceMs[0]!;
}

function breakEven(shelf: OnShelf, pool: VmPool, lambdaMs: number): Figure {
  return {
    name: `${pool.name}: most requests/s over those at which it breaks even with Lambda`,
    unit: 'factor',
    paper: above(1),
    ours: mostPerSecond(pool) / breakEvenRate(shelf, pool, lambdaMs),
    role: 'predicted',
    tolerance: inRange,
    open: 'The paper gives neither rate.',
  };
}

function lambdaTimes(shelf: OnShelf): Sensitivity {
  const pools = instances(shelf.profile);
  const rows = [30, 50, 100, 200].map((ms) => ({
    value: `${ms} ms`,
    cells: pools.map((pool) => `${breakEvenRate(shelf, pool, ms).toFixed(1)} req/s`),
  }));
  return { parameter: "Lambda's time: where each instance breaks even", columns: pools.map((pool) => pool.name), rows };
}
