import { type Measured, measureDraws, onLambda } from '../deployment.ts';
import type { Experiment, Findings, Laboratory, Sensitivity } from '../experiment.ts';
import { band, below, type Figure, inRange } from '../figure.ts';
import { type FittedFunction, fittedFunction, fittedTimes } from './fitted.ts';
import { memoryMb, paper } from './systems.ts';
import { drawn, type OpenTimes } from './workloads.ts';

/** Requests gathered before they are sent to the function. */
export const batches: Experiment = {
  name: 'serverless-batch',
  title: 'Batches on a function: the time doubles with the batch, the dollars fall',
  source: `${paper}, section 5`,
  steps: 5,
  run,
};

const sizes = [1, 2, 4, 8] as const;
const cases = [
  { profile: 'aws-vgg-ort', label: 'VGG on ORT' },
  { profile: 'aws-albert-tf', label: 'ALBERT on TF' },
  { profile: 'aws-mobilenet-ort', label: 'MobileNet on ORT' },
];

const assumptions = [
  'How long a request waits for its batch is not given: 100 ms at most.',
  'One more request adds 0.9 of the time of one, with MobileNet on ORT the whole (our choice: the paper says that the time about doubles with the batch, and that this model saves next to nothing).',
];

async function run(laboratory: Laboratory): Promise<Findings> {
  const times = await fittedTimes(laboratory);
  const figures: Figure[] = [];
  for (const { profile, label } of cases) {
    const fitted = await fittedFunction(laboratory, profile, times);
    const runs = sizes.map((size) => measureBatch(fitted, size, times, laboratory.seed));
    figures.push(...(profile === 'aws-mobilenet-ort' ? savings(label, runs) : doublings(label, runs)));
    laboratory.told(label);
  }
  return { assumptions, fits: [], figures, sensitivities: [await waitSensitivity(laboratory, times)] };
}

const assumedWaitMs = 100;

/** How much batches of 8 save hangs on how many requests come while the first waits. */
async function waitSensitivity(laboratory: Laboratory, times: OpenTimes): Promise<Sensitivity> {
  const fitted = await fittedFunction(laboratory, 'aws-mobilenet-ort', times);
  const single = measureBatch(fitted, 1, times, laboratory.seed).usd;
  const rows = [10, 30, 300].map((waitMs) => {
    const saved = single - measureBatch(fitted, 8, times, laboratory.seed, waitMs).usd;
    return { value: `${waitMs}`, cells: [`$${saved.toFixed(4)}`] };
  });
  laboratory.told('how long a request waits for its batch');
  const columns = ['dollars of MobileNet on ORT that batches of 8 save'];
  return { parameter: 'how long a request waits for its batch, ms', columns, rows };
}

function measureBatch(
  { deployed }: FittedFunction,
  size: number,
  times: OpenTimes,
  seed: number,
  timeoutMs = assumedWaitMs,
): Measured {
  const batch = size === 1 ? null : { size, timeoutMs };
  const deployment = { ...deployed, action: onLambda(deployed.profile, memoryMb, batch) };
  return measureDraws(deployment, drawn('workload-120', times, seed));
}

function doublings(label: string, runs: readonly Measured[]): Figure[] {
  return runs.slice(1).flatMap((run, index): Figure[] => [
    {
      name: `latency of ${label}, batches of ${sizes[index + 1]} over ${sizes[index]}`,
      unit: 'factor',
      paper: band(1.5, 2.5),
      ours: run.meanMs! / runs[index]!.meanMs!,
      role: 'predicted',
      tolerance: inRange,
      open: 'The paper gives no numbers ("roughly doubles"): a half more or less is taken for that. The mean holds the cold starts, which batches make rarer.',
    },
    {
      name: `dollars of ${label}, batches of ${sizes[index + 1]} over ${sizes[index]}`,
      unit: 'factor',
      paper: below(1),
      ours: run.usd / runs[index]!.usd,
      role: 'predicted',
      tolerance: inRange,
    },
  ]);
}

/** Negligible: a cent of an experiment that costs four. */
const negligibleUsd = 0.01;

function savings(label: string, runs: readonly Measured[]): Figure[] {
  return [
    {
      name: `dollars of ${label} that batches of 8 save`,
      unit: 'usd',
      paper: band(0, negligibleUsd),
      ours: runs[0]!.usd - runs.at(-1)!.usd,
      role: 'predicted',
      tolerance: inRange,
      open: 'The paper gives no number. Of the four cents a quarter is the price of the requests, of which batches of 8 leave an eighth. Where a request waits for 30 ms at most it is less than a cent (see the sensitivity).',
    },
  ];
}
