import type { ServiceProfile } from '../../env/types.ts';
import type { Measured } from '../deployment.ts';
import type { Experiment, Findings, Laboratory, Sensitivity } from '../experiment.ts';
import { above, below, type Figure, inRange, points, type Role, value, within } from '../figure.ts';
import { type OnShelf, take } from '../shelf.ts';
import { measureFunction } from './calibration.ts';
import { fittedFunction, fittedTimes } from './fitted.ts';
import { fitLatency, fitSuccess, onServer, type ServerRun } from './server-run.ts';
import { networkMs, paper } from './systems.ts';
import { drawn, type OpenTimes, type WorkloadName, workloadNames } from './workloads.ts';

/** One self-rented server with a CPU or a GPU, with the clients' patience of the profile. */
export const servers: Experiment = {
  name: 'serverless-servers',
  title: 'One self-rented CPU or GPU server: success, latency and dollars',
  source: `${paper}, table 1, sections 4.3 and 4.4`,
  steps: 5,
  run,
};

const success = points(8);
const dollars = within(0.05);
/** Section 4.3: MobileNet on the CPU server at workload-40 takes 104.5 times as long as on Lambda. */
const latencyOverLambda = 104.5;
/** Section 4, MobileNet on the GPU server at workload-200. */
const gpuLatencyMs = 7520;
const gpuLatencyOverLambda = 77.5;

const assumptions = [
  "The clients' timeout is not given: 60 s, the limit of a SageMaker invocation and the idle timeout of an Application Load Balancer. Whoever has waited that long is lost and takes no more of the server.",
  'A server takes one request at a time with all its cores, in the order of arrival.',
  'Dollars are those of the 900 s of the workload; the paper bills 14.4 to 14.9 minutes.',
];

async function run(laboratory: Laboratory): Promise<Findings> {
  const times = await fittedTimes(laboratory);
  const mobilenet = await take(laboratory, 'aws-mobilenet-tf', 'aws-2021');
  const lambda = await lambdaLatencies(laboratory, times);
  laboratory.told('Lambda beside them');
  const cpu = cpuMobilenet(mobilenet, lambda, times, laboratory.seed);
  laboratory.told('MobileNet on a CPU server');
  const others = await cpuOthers(laboratory, times);
  laboratory.told('ALBERT and VGG on a CPU server');
  const gpu = await gpuFigures(laboratory, mobilenet, lambda, times);
  const figures = [...cpu.figures, ...others.figures, ...gpu.figures, ...(await googleDollars(laboratory, times))];
  laboratory.told('GPU servers');
  return { assumptions, fits: [cpu.fit, ...others.fits, gpu.fit], figures, sensitivities: [cpu.sensitivity] };
}

interface LambdaLatencies {
  readonly mobilenet40: number;
  readonly mobilenet200: number;
  readonly vgg40: number;
  readonly vgg200: number;
}

/** What the ratios of the paper are taken over. */
async function lambdaLatencies(laboratory: Laboratory, times: OpenTimes): Promise<LambdaLatencies> {
  const latency = async (profile: string, name: WorkloadName) => {
    const { deployed } = await fittedFunction(laboratory, profile, times);
    return measureFunction(deployed, drawn(name, times, laboratory.seed)).meanMs! + networkMs;
  };
  return {
    mobilenet40: await latency('aws-mobilenet-tf', 'workload-40'),
    mobilenet200: await latency('aws-mobilenet-tf', 'workload-200'),
    vgg40: await latency('aws-vgg-tf', 'workload-40'),
    vgg200: await latency('aws-vgg-tf', 'workload-200'),
  };
}

function cpuMobilenet(shelf: OnShelf, lambda: LambdaLatencies, times: OpenTimes, seed: number) {
  const server = { shelf, pool: 'cpu', times, seed };
  const target = latencyOverLambda * lambda.mobilenet40;
  const ms = fitLatency(server, 'workload-40', target);
  const runs = workloadNames.map((name) => onServer(server, ms, name));
  const printed = [1, 0.44, 0.27];
  const usd = [0.089, 0.089, 0.092];
  const figures: Figure[] = [
    {
      name: 'latency of MobileNet on the CPU server over Lambda, workload-40',
      unit: 'factor',
      paper: value(latencyOverLambda),
      ours: ((runs[0]!.meanMs ?? 0) + networkMs) / lambda.mobilenet40,
      role: 'calibrated',
      tolerance: within(0.1),
    },
    ...runs.flatMap((run, index): Figure[] => [
      {
        name: `success of MobileNet on the CPU server, ${workloadNames[index]}`,
        unit: 'share',
        paper: value(printed[index]!),
        ours: run.success,
        role: 'predicted',
        tolerance: success,
      },
      {
        name: `CPU server, ${workloadNames[index]}`,
        unit: 'usd',
        paper: value(usd[index]!),
        ours: run.usd,
        role: 'predicted',
        tolerance: dollars,
      },
    ]),
  ];
  const fit = {
    parameter: 'service time of MobileNet on the CPU server',
    value: ms,
    unit: 'ms',
    to: 'its latency over Lambda at workload-40',
  };
  return { fit, figures, sensitivity: timeoutSensitivity(server, target) };
}

/** The clients' patience decides how much of a line that nobody can work off is served after all. */
function timeoutSensitivity(server: ServerRun, targetMs: number): Sensitivity {
  const rows = [30, 60, 90, 120, 300].map((seconds) => {
    const patient = {
      ...server,
      shelf: { ...server.shelf, profile: withPatience(server.shelf.profile, seconds) },
    };
    const ms = fitLatency(patient, 'workload-40', targetMs);
    const cells = workloadNames.map((name) => `${(100 * onServer(patient, ms, name).success).toFixed(1)}%`);
    return { value: `${seconds}`, cells: [...cells, ms.toFixed(1)] };
  });
  return {
    parameter: "clients' timeout, s: success of MobileNet on the CPU server, and the service time fitted",
    columns: [...workloadNames, 'ms'],
    rows,
  };
}

function withPatience(profile: ServiceProfile, seconds: number): ServiceProfile {
  return { ...profile, clientTimeoutMs: 1000 * seconds };
}

async function cpuOthers(laboratory: Laboratory, times: OpenTimes) {
  const cases = [
    { profile: 'aws-albert-tf', label: 'ALBERT', share: 0.53 },
    { profile: 'aws-vgg-tf', label: 'VGG', share: 0.06 },
  ];
  const found = [];
  for (const { profile, label, share } of cases) {
    const shelf = await take(laboratory, profile, 'aws-2021');
    const server = { shelf, pool: 'cpu', times, seed: laboratory.seed };
    const ms = fitSuccess(server, share);
    const name = `success of ${label} on the CPU server, workload-40`;
    const ours = onServer(server, ms, 'workload-40').success;
    const figure: Figure = { name, unit: 'share', paper: value(share), ours, role: 'calibrated', tolerance: success };
    found.push({
      figure,
      fit: { parameter: `service time of ${label} on the CPU server`, value: ms, unit: 'ms', to: name },
    });
  }
  return { figures: found.map((one) => one.figure), fits: found.map((one) => one.fit) };
}

async function gpuFigures(laboratory: Laboratory, mobilenet: OnShelf, lambda: LambdaLatencies, times: OpenTimes) {
  const server = { shelf: mobilenet, pool: 'gpu', times, seed: laboratory.seed };
  const vgg = { ...server, shelf: await take(laboratory, 'aws-vgg-tf', 'aws-2021') };
  const vggMs = vgg.shelf.profile.pools.find((pool) => pool.name === 'gpu')!.serviceMs[0]!;
  const ms = fitLatency(server, 'workload-200', gpuLatencyMs);
  const runs = workloadNames.map((name) => onServer(server, ms, name));
  const latency = (run: Measured) => (run.meanMs ?? 0) + networkMs;
  const usd = [0.181, 0.182, 0.187];
  const sign = (name: string, ours: number, isBelow: boolean): Figure => ({
    name,
    unit: 'factor',
    paper: isBelow ? below(1) : above(1),
    ours,
    role: 'predicted',
    tolerance: inRange,
  });
  const figures: Figure[] = [
    figure('latency of MobileNet on the GPU server, workload-200', 'ms', gpuLatencyMs, latency(runs[2]!), 'calibrated'),
    figure(
      'latency of MobileNet on the GPU server over Lambda, workload-200',
      'factor',
      gpuLatencyOverLambda,
      latency(runs[2]!) / lambda.mobilenet200,
      'calibrated',
    ),
    ...runs.map((run, index) => ({
      ...figure(`GPU server, ${workloadNames[index]}`, 'usd', usd[index]!, run.usd, 'predicted'),
      tolerance: dollars,
    })),
    figure('VGG on the GPU server, a request', 'ms', 20, vggMs, 'input'),
    sign(
      'MobileNet on the GPU server is faster than on Lambda, workload-40',
      latency(runs[0]!) / lambda.mobilenet40,
      true,
    ),
    sign(
      'VGG on the GPU server is faster than on Lambda, workload-40',
      latency(onServer(vgg, vggMs, 'workload-40')) / lambda.vgg40,
      true,
    ),
    sign(
      'VGG on the GPU server is slower than on Lambda, workload-200',
      latency(onServer(vgg, vggMs, 'workload-200')) / lambda.vgg200,
      false,
    ),
  ];
  const fit = {
    parameter: 'service time of MobileNet on the GPU server',
    value: ms,
    unit: 'ms',
    to: 'its latency at workload-200',
  };
  return { fit, figures };
}

function figure(name: string, unit: Figure['unit'], printed: number, ours: number, role: Role): Figure {
  return { name, unit, paper: value(printed), ours, role, tolerance: within(0.1) };
}

/** Table 1: Google's servers are billed by the hour alike. */
async function googleDollars(laboratory: Laboratory, times: OpenTimes): Promise<Figure[]> {
  const shelf = await take(laboratory, 'gcp-mobilenet-tf', 'gcp-2021');
  const printed = { cpu: [0.092, 0.092, 0.094], gpu: [0.176, 0.177, 0.182] };
  return Object.entries(printed).flatMap(([pool, usd]) =>
    workloadNames.map((name, index): Figure => {
      const ms = shelf.profile.pools.find((one) => one.name === pool)!.serviceMs[0]!;
      const ours = onServer({ shelf, pool, times, seed: laboratory.seed }, ms, name).usd;
      const label = `Google ${pool.toUpperCase()} server, ${name}`;
      return { ...figure(label, 'usd', usd[index]!, ours, 'predicted'), tolerance: dollars };
    }),
  );
}
