import { binLowerMs } from '../../env/histogram.ts';
import { addOutcomes, emptyOutcome, totalRequests } from '../../env/outcome.ts';
import { unitExponentialTable } from '../../env/physics/service-table.ts';
import { defaultPrices } from '../../env/prices.ts';
import { readProfile } from '../../env/profile.ts';
import { RequestLevelEngine } from '../../env/sim/request-level.ts';
import type { Action, Outcome, ServiceProfile, Workload } from '../../env/types.ts';
import type { Measurement } from './measurement.ts';

export interface LineModel {
  readonly perSecond: number;
  readonly serviceSeconds: number;
  readonly servers: number;
}

export interface FunctionModel {
  readonly perSecond: number;
  readonly warmSeconds: number;
  readonly coldSeconds: number;
  readonly keepAliveSeconds: number;
}

/** M/M/c at request level: the mean is that of the time in the system. */
export async function measureLine(model: LineModel, seconds: number, seed: number): Promise<Measurement> {
  const profile = await plainProfile(model.serviceSeconds * 1000, null);
  const action = { ...idle, vmCounts: [model.servers] };
  const run = simulate(profile, action, model.perSecond, seconds, seed);
  return { requests: totalRequests(run.outcome), seconds: run.seconds, mean: meanLatencySeconds(run.outcome) };
}

/** Requests that all go to a function with constant service times: the mean is the share of cold starts. */
export async function measureFunction(model: FunctionModel, seconds: number, seed: number): Promise<Measurement> {
  const profile = await plainProfile(100, model);
  const action: Action = { ...idle, spillover: { maxWaitMs: [0], lambdaShare: 0 } };
  const run = simulate(profile, action, model.perSecond, seconds, seed);
  const requests = totalRequests(run.outcome);
  return { requests, seconds: run.seconds, mean: run.outcome.coldStarts / requests };
}

const idle: Action = {
  variant: 0,
  vmCounts: [0],
  lambdaMemoryMb: 1024,
  spillover: { maxWaitMs: [null], lambdaShare: 0 },
};

/** One class, one variant, one pool of one-slot VMs. */
async function plainProfile(serviceMs: number, model: FunctionModel | null): Promise<ServiceProfile> {
  const example = await readProfile('examples/image-classifier.yaml');
  const { warmSeconds, coldSeconds, keepAliveSeconds } = model ?? {
    warmSeconds: 1,
    coldSeconds: 1,
    keepAliveSeconds: 1,
  };
  return {
    ...example,
    slo: { attainment: 0.99, classes: [{ name: 'only', share: 1, deadlineMs: 1e6 }] },
    variants: [example.variants[1]!],
    serviceCv: 0,
    pools: [{ ...example.pools[0]!, slots: 1, serviceMs: [serviceMs] }],
    lambda: {
      ...example.lambda,
      memoryMb: [1024],
      serviceMs: [[warmSeconds * 1000]],
      coldStartMs: [[(coldSeconds - warmSeconds) * 1000]],
      keepAliveSeconds,
    },
    clientTimeoutMs: 1e9,
  };
}

function simulate(profile: ServiceProfile, action: Action, perSecond: number, seconds: number, seed: number) {
  const workload: Workload = {
    name: 'poisson',
    stepSeconds: seconds,
    requests: Float64Array.of(perSecond * seconds),
    counted: false,
  };
  const isLine = action.spillover.maxWaitMs[0] === null;
  const table = isLine ? unitExponentialTable(4096) : undefined;
  const engine = new RequestLevelEngine(profile, defaultPrices, workload, seed, action.vmCounts, table);
  const start = process.cpuUsage().user;
  let outcome: Outcome = emptyOutcome(profile);
  for (let time = 0; time < seconds; time += profile.decisionSeconds)
    outcome = addOutcomes(outcome, engine.advance(action).outcome);
  return { outcome, seconds: (process.cpuUsage().user - start) / 1e6 };
}

/** Each bin at its middle. */
function meanLatencySeconds({ latency }: Outcome): number {
  let sum = 0;
  let count = 0;
  latency.forEach((requests, bin) => {
    sum += (requests * (binLowerMs(bin) + binLowerMs(bin + 1))) / 2;
    count += requests;
  });
  return sum / count / 1000;
}
