import type { Measured } from '../deployment.ts';
import type { Experiment, Findings, Fit, Laboratory, Sensitivity } from '../experiment.ts';
import { above, type Figure, inRange, points, type Role, value, within } from '../figure.ts';
import { take } from '../shelf.ts';
import { measureFunction } from './calibration.ts';
import {
  type Endpoint,
  fitQueueLimit,
  fitServiceMs,
  instances40,
  instances120,
  measureEndpoint,
} from './endpoint-run.ts';
import { fittedFunction, fittedTimes } from './fitted.ts';
import { networkMs, paper } from './systems.ts';
import { drawn, type OpenTimes } from './workloads.ts';

/** SageMaker: one instance at least, and four minutes until a new one serves. */
export const endpoint: Experiment = {
  name: 'serverless-endpoint',
  title: 'A managed endpoint (SageMaker): success, latency and dollars',
  source: `${paper}, table 1, section 4.2`,
  steps: 5,
  run,
};

const assumptions = [
  'When the endpoint scales is an input: one instance until minute 7, then the five that the paper sees desired, in service at minute 11. At workload-120 as many as its dollars ask for (7), at the same minute.',
  'How many requests an endpoint lets wait is not given: a limit is fitted to the latency of MobileNet at workload-40, together with the service time, which is fitted to the success ratio. ALBERT and VGG keep the limit. Clients wait 60 s at most.',
  'An instance takes one request at a time.',
];

/** What the paper prints of MobileNet at workload-40. */
const mobilenet = { success: 0.82, latencyOverLambda: 71.6, usdOverLambda: 8.56, usd: 0.428 };
const others = [
  { profile: 'aws-albert-tf', label: 'ALBERT', success: 0.27, usd: 0.445 },
  { profile: 'aws-vgg-tf', label: 'VGG', success: 0.17, usd: 0.436 },
];

async function run(laboratory: Laboratory): Promise<Findings> {
  const times = await fittedTimes(laboratory);
  const lambda = await lambdaAt40(laboratory, times);
  laboratory.told('Lambda beside it');
  const shelf = await take(laboratory, 'aws-mobilenet-tf', 'aws-2021');
  const bare = { shelf, times, seed: laboratory.seed, instances: instances40 };
  const latencyMs = mobilenet.latencyOverLambda * lambda.latencyMs;
  const queueLimit = fitQueueLimit(bare, mobilenet.success, latencyMs);
  const fitted = { ...bare, queueLimit, serviceMs: fitServiceMs({ ...bare, queueLimit }, mobilenet.success) };
  laboratory.told('queue limit and service time of MobileNet');
  const figures = mobilenetFigures(fitted, lambda);
  const fits: Fit[] = [
    {
      parameter: 'requests that an endpoint lets wait',
      value: queueLimit,
      unit: '',
      to: 'latency of MobileNet over Lambda, workload-40',
    },
    serviceFit('MobileNet', fitted.serviceMs),
  ];
  for (const one of others) {
    const found = await otherModel(laboratory, fitted, one);
    figures.push(...found.figures);
    fits.push(found.fit);
  }
  laboratory.told('ALBERT and VGG');
  const sensitivities = [instancesAt120(fitted)];
  laboratory.told('instances at workload-120');
  return { assumptions, fits, figures, sensitivities };
}

interface LambdaAt40 {
  readonly usd: number;
  readonly latencyMs: number;
}

async function lambdaAt40(laboratory: Laboratory, times: OpenTimes): Promise<LambdaAt40> {
  const { deployed } = await fittedFunction(laboratory, 'aws-mobilenet-tf', times);
  const { usd, meanMs } = measureFunction(deployed, drawn('workload-40', times, laboratory.seed));
  return { usd, latencyMs: meanMs! + networkMs };
}

function serviceFit(label: string, value: number): Fit {
  return { parameter: `service time of ${label} on an instance`, value, unit: 'ms', to: 'its success at workload-40' };
}

function mobilenetFigures(fitted: Endpoint, lambda: LambdaAt40): Figure[] {
  const at40 = measureEndpoint(fitted, 'workload-40');
  const at120 = measureEndpoint({ ...fitted, instances: instances120 }, 'workload-120');
  const overLambda = latencyOf(at40) / lambda.latencyMs;
  return [
    shareOf('success of MobileNet, workload-40', mobilenet.success, at40, 'calibrated'),
    {
      ...shareOf('success of MobileNet, workload-120', 0.36, at120, 'predicted'),
      open: 'Instances that are in service at minute 11 meet the end of the second peak of workload-120 as it is assumed here; when it ends, and when its endpoint scaled, is not given. Without any scaling it would be as low as the sensitivity shows.',
    },
    dollars('MobileNet, workload-40', mobilenet.usd, at40.usd, 'predicted'),
    dollars('MobileNet, workload-120', 0.61, at120.usd, 'calibrated'),
    {
      ...dollars(
        'dollars of MobileNet over Lambda, workload-40',
        mobilenet.usdOverLambda,
        at40.usd / lambda.usd,
        'predicted',
      ),
      unit: 'factor',
    },
    {
      name: 'latency of MobileNet over Lambda, workload-40',
      unit: 'factor',
      paper: value(mobilenet.latencyOverLambda),
      ours: overLambda,
      role: 'calibrated',
      tolerance: within(0.1),
    },
    {
      name: 'SageMaker is slower than Lambda, workload-120',
      unit: 'factor',
      paper: above(1),
      ours: latencyOf(at120) / lambda.latencyMs,
      role: 'predicted',
      tolerance: inRange,
    },
    {
      name: 'minutes until a new instance is in service',
      unit: 'count',
      paper: value(4),
      ours: endpointBoot(fitted) / 60,
      role: 'input',
      tolerance: within(0.05),
    },
  ];
}

function endpointBoot({ shelf }: Endpoint): number {
  return shelf.profile.pools.find((pool) => pool.name === 'endpoint')!.boot.medianSeconds;
}

function latencyOf({ meanMs }: Measured): number {
  return (meanMs ?? 0) + networkMs;
}

interface OtherModel {
  readonly profile: string;
  readonly label: string;
  readonly success: number;
  readonly usd: number;
}

async function otherModel(laboratory: Laboratory, fitted: Endpoint, { profile, label, success, usd }: OtherModel) {
  const bare = { ...fitted, shelf: await take(laboratory, profile, 'aws-2021') };
  const serviceMs = fitServiceMs(bare, success);
  const at40 = measureEndpoint({ ...bare, serviceMs }, 'workload-40');
  const figures = [
    shareOf(`success of ${label}, workload-40`, success, at40, 'calibrated'),
    dollars(`${label}, workload-40`, usd, at40.usd, 'predicted'),
  ];
  return { figures, fit: serviceFit(label, serviceMs) };
}

function shareOf(name: string, printed: number, { success }: Measured, role: Role): Figure {
  return { name, unit: 'share', paper: value(printed), ours: success, role, tolerance: points(8) };
}

function dollars(name: string, printed: number, ours: number, role: Role): Figure {
  return { name, unit: 'usd', paper: value(printed), ours, role, tolerance: within(0.05) };
}

function instancesAt120(fitted: Endpoint): Sensitivity {
  const rows = [1, 5, 7, 8, 15].map((instances) => {
    const run = measureEndpoint({ ...fitted, instances }, 'workload-120');
    return { value: `${instances}`, cells: [`$${run.usd.toFixed(3)}`, `${(100 * run.success).toFixed(1)}%`] };
  });
  return {
    parameter: 'instances from minute 7 on, MobileNet at workload-120 (paper: $0.610, 36%)',
    columns: ['dollars', 'success'],
    rows,
  };
}
