import { type ClosedLoop, runClosedLoop } from '../../env/sim/closed-loop.ts';
import { bisect } from '../bisection.ts';
import type { Experiment, Findings, Laboratory, Sensitivity } from '../experiment.ts';
import { above, band, type Figure, inRange, value, within } from '../figure.ts';
import { take } from '../shelf.ts';

export const paper =
  'Performance and Cost Comparison of Cloud Services for Deep Learning Workload (Chahal et al., ICPE 2021 Companion)';

/** Clients in a closed loop before a recommender: on-premise, on SageMaker, on Lambda. */
export const concurrency: Experiment = {
  name: 'tcs-concurrency',
  title: 'Response time over concurrent clients: on-premise, SageMaker, Lambda',
  source: `${paper}, figures 6 and 8, and text`,
  steps: 3,
  run,
};

const aloneMs = 16;
const crowdedMs = 278;
const crowd = 11;

const assumptions = [
  'A process serves one request at a time whatever its cores (the paper: response follows the clients per process, cores hardly matter), and waiting requests slow it down: by how much each, is fitted to the 278 ms.',
  'Two instances have a line each, and a balancer sends requests to either at random.',
  "SageMaker's CPU instance is taken to serve as the on-premise server does; Lambda (3 GB, provisioned) in 50 ms (our choice: the paper prints neither).",
];

async function run(laboratory: Laboratory): Promise<Findings> {
  const { profile } = await take(laboratory, 'tcs-recommender', 'aws-2020');
  const [server] = profile.pools;
  const serviceMs = server!.serviceMs[0]!;
  const loop = (part: Partial<ClosedLoop>): ClosedLoop => ({
    ...plain,
    serviceMs,
    serviceCv: profile.serviceCv,
    seed: laboratory.seed,
    ...part,
  });
  const contention = bisect(crowdedMs, [0, 0.09], (share) => respond(loop({ clients: crowd, contention: share })), 12);
  laboratory.told('contention');
  const one = (clients: number) => respond(loop({ clients, contention }));
  const two = (clients: number) => respond(loop({ clients, contention, vms: 2, lines: 'each' }));
  const figures = onPremise(one, two);
  laboratory.told('one instance or two');
  figures.push(unevenness(loop, contention), ...lambdaFigures(loop, one, profile.lambda.serviceMs[0]![0]!));
  const sensitivities = [balancing(loop, contention)];
  laboratory.told('lines');
  const fits = [
    {
      parameter: 'contention for each waiting request',
      value: contention,
      unit: '',
      to: 'response time with 11 clients',
    },
  ];
  return { assumptions, fits, figures, sensitivities };
}

const plain: ClosedLoop = {
  clients: 1,
  vms: 1,
  slots: 1,
  serviceMs: aloneMs,
  serviceCv: 0.12,
  contention: 0,
  lines: 'one',
  thinkMs: 0,
  warmUpRequests: 500,
  requests: 20_000,
  seed: 1,
};

function respond(loop: ClosedLoop): number {
  return runClosedLoop(loop).meanMs;
}

type Response = (clients: number) => number;

function onPremise(one: Response, two: Response): Figure[] {
  return [
    {
      name: 'response with 1 client, 8 cores',
      unit: 'ms',
      paper: value(aloneMs),
      ours: one(1),
      role: 'input',
      tolerance: within(0.05),
    },
    {
      name: 'response with 11 clients, 8 cores',
      unit: 'ms',
      paper: value(crowdedMs),
      ours: one(crowd),
      role: 'calibrated',
      tolerance: within(0.05),
    },
    ...[6, 8, 11].map(
      (clients): Figure => ({
        name: `one 8-core instance over two of 4 cores, ${clients} clients`,
        unit: 'factor',
        paper: value(2),
        ours: one(clients) / two(clients),
        role: 'predicted',
        tolerance: within(0.1),
        open: 'The paper says "about 2"; how requests are balanced is not given.',
      }),
    ),
  ];
}

/** Every client has an environment of its own, which is kept provisioned. */
function lambdaFigures(loop: Loop, one: Response, lambdaMs: number): Figure[] {
  const signed = (name: string, ours: number, paperSays = above(1)): Figure => ({
    name,
    unit: 'factor',
    paper: paperSays,
    ours,
    role: 'predicted',
    tolerance: inRange,
  });
  const lambda = (clients: number) => respond(loop({ clients, vms: clients, serviceMs: lambdaMs }));
  return [
    signed('Lambda with 11 clients over 1 (constant)', lambda(crowd) / lambda(1), band(0.95, 1.05)),
    signed('Lambda over SageMaker with 1 client', lambda(1) / one(1)),
    signed('SageMaker over Lambda with 11 clients', one(crowd) / lambda(crowd)),
  ];
}

/** Figure 8: two instances are faster, but vary more, since their lines are uneven. */
function unevenness(loop: Loop, contention: number): Figure {
  const variation = (part: Partial<ClosedLoop>) => {
    const { latenciesMs, meanMs } = runClosedLoop(loop({ clients: 8, contention, ...part }));
    const square = latenciesMs.reduce((sum, one) => sum + (one - meanMs) ** 2, 0) / latenciesMs.length;
    return Math.sqrt(square) / meanMs;
  };
  return {
    name: 'variation of the response of two instances over one, 8 clients',
    unit: 'factor',
    paper: above(1),
    ours: variation({ vms: 2, lines: 'each' }) / variation({}),
    role: 'predicted',
    tolerance: inRange,
  };
}

type Loop = (part: Partial<ClosedLoop>) => ClosedLoop;

function balancing(loop: Loop, contention: number): Sensitivity {
  const rows = (['one', 'each'] as const).map((lines) => ({
    value: lines === 'one' ? 'one line in front of both' : 'a line each, at random',
    cells: [6, 8, 11].map(
      (clients) =>
        `${(respond(loop({ clients, contention })) / respond(loop({ clients, contention, vms: 2, lines }))).toFixed(2)}`,
    ),
  }));
  return {
    parameter: 'lines before two instances: one instance over two',
    columns: ['6 clients', '8 clients', '11 clients'],
    rows,
  };
}
