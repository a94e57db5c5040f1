import { vmServiceSeconds } from '../../env/physics/service.ts';
import type { Action, ServiceProfile } from '../../env/types.ts';
import { measure } from '../deployment.ts';
import type { Experiment, Findings, Laboratory } from '../experiment.ts';
import { above, type Figure, inRange, value, within } from '../figure.ts';
import { type OnShelf, take } from '../shelf.ts';

export const paper =
  'Paragon (Gunasekaran et al., Towards Designing a Self-Managed Machine Learning Inference Serving System in Public Cloud)';

/** VMs against Lambda where nothing changes. */
export const constantRates: Experiment = {
  name: 'paragon-constant',
  title: 'VMs are cheaper than Lambda at constant rates, for every model',
  source: `${paper}, constant rates`,
  steps: 8,
  run,
};

const ratesPerSecond = [10, 50, 100, 200];
const durationSeconds = 600;
/** As many VMs as are never busier than this. */
const busiest = 0.95;

const assumptions = [
  "The paper's models and times are not given: four with measured times on VM and Lambda (InferAll), four of high accuracy (Cocktail), on m4.large, each with the least Lambda memory that it fits.",
  `As many VMs as the rate keeps ${100 * busiest} % busy at most; ten minutes of Poisson arrivals, dollars for an hour.`,
  'Lambda is billed by the millisecond; the steps of 100 ms of 2020 would make it dearer still.',
];

async function run(laboratory: Laboratory): Promise<Findings> {
  const shelf = await take(laboratory, 'paragon-models', 'aws-2020');
  const figures: Figure[] = [];
  let cheaper = 0;
  shelf.profile.variants.forEach(({ name }, variant) => {
    const ratios = ratesPerSecond.map((rate) => lambdaOverVm(shelf, variant, rate, laboratory.seed));
    cheaper += ratios.filter((ratio) => ratio > 1).length;
    figures.push({
      name: `${name}: dollars of Lambda over VMs, the least of four rates`,
      unit: 'factor',
      paper: above(1),
      ours: Math.min(...ratios),
      role: 'predicted',
      tolerance: inRange,
    });
    laboratory.told(name);
  });
  figures.push({
    name: 'cells (8 models, 10 to 200 req/s) in which VMs are cheaper',
    unit: 'count',
    paper: value(32),
    ours: cheaper,
    role: 'predicted',
    tolerance: within(0),
  });
  return { assumptions, fits: [], figures, sensitivities: [] };
}

function lambdaOverVm({ profile, prices }: OnShelf, variant: number, rate: number, seed: number): number {
  const workload = {
    name: `constant-${rate}`,
    stepSeconds: 1,
    requests: new Float64Array(durationSeconds).fill(rate),
    counted: false,
  };
  const vms = Math.ceil((rate * vmServiceSeconds(profile, 0, variant)!) / busiest);
  const usd = (action: Action) => measure({ profile, prices, action }, workload, seed).usd;
  return usd(actionOf(profile, variant, 0)) / usd(actionOf(profile, variant, vms));
}

/** Everything on so many VMs; with none, on Lambda with the least memory that the model fits. */
function actionOf(profile: ServiceProfile, variant: number, vms: number): Action {
  const tier = profile.lambda.serviceMs[variant]!.findIndex((ms) => ms !== null);
  return {
    variant,
    vmCounts: [vms],
    lambdaMemoryMb: profile.lambda.memoryMb[tier]!,
    spillover: { maxWaitMs: [null], lambdaShare: vms === 0 ? 1 : 0 },
  };
}
