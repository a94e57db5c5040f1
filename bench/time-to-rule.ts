import { selectBackend } from '../agent/ppo/backend.ts';
import { Training } from '../agent/train.ts';
import { type TrainingOptions, trainingDefaults } from '../agent/training-options.ts';
import type { TrainingState } from '../agent/training-state.ts';
import { validate, validationScore } from '../agent/validation.ts';
import { readTuned, tunedSpecification } from '../cli/tuned-file.ts';
import { defaultPrices } from '../env/prices.ts';
import { readProfile } from '../env/profile.ts';
import { parseGenerator } from '../env/workload/reference.ts';
import { createPolicy } from '../policies/registry.ts';
import { defaultReserve, targetAttainment } from '../policies/tuning/score.ts';
import type { Figure } from './figure.ts';

const service = 'examples/rho/2.5.yaml';
const tunedRules = 'examples/tuned/rho-2.5.yaml';
/** Those that come out best in docs/results.md. */
const rules = ['lcp', 'ski-rental', 'mixed', 'percentile'];
const seeds = [1, 2, 3, 4];

/** How long training from scratch takes, on synthetic demand alone, to cost what the best tuned rule does on other demand. */
export interface TimeToRule {
  /** Null: it did not get there within the steps. */
  readonly seconds: number | null;
  readonly processorSeconds: number;
  readonly rule: string;
  /** Mean over the workloads of the dollars over those of ski-rental with its defaults, as training scores agents. */
  readonly ruleScore: number;
  /** [segment] Of the agent, from the one that only imitates on. */
  readonly agentScores: readonly number[];
}

export async function timeToRule(levelSteps = trainingDefaults.levelSteps): Promise<TimeToRule> {
  await selectBackend('wasm');
  const profile = await readProfile(service);
  const validation = seeds.map((seed) => parseGenerator(`synthetic:mean=120,hours=6,seed=${seed}`));
  const { sizes, levelHyperparameters, serviceHyperparameters, ...rest } = trainingDefaults;
  const options: TrainingOptions = {
    ...rest,
    profile,
    prices: defaultPrices,
    training: [],
    validation,
    levelSteps,
    serviceSteps: 0,
    levelHyperparameters,
    serviceHyperparameters,
    sizes: { ...sizes, updatesPerSegment: 4 },
  };
  const best = await bestRule(options);
  return train(options, best);
}

async function bestRule({ profile, prices, validation, seed }: TrainingOptions) {
  const tuned = await readTuned(tunedRules);
  const cost = (specification: string) =>
    validate(profile, prices, validation, seed, () => createPolicy(specification, profile, prices));
  const reference = await cost('ski-rental');
  const found: { rule: string; ruleScore: number }[] = [];
  for (const name of rules) {
    const rule = tunedSpecification(tuned, name);
    const ruleScore = validationScore(await cost(rule), reference, targetAttainment(profile, defaultReserve));
    found.push({ rule, ruleScore });
  }
  return found.reduce((a, b) => (b.ruleScore < a.ruleScore ? b : a));
}

/** Ends training. */
class Reached extends Error {}

async function train(options: TrainingOptions, best: Awaited<ReturnType<typeof bestRule>>): Promise<TimeToRule> {
  const agentScores: number[] = [];
  const start = performance.now();
  const before = process.cpuUsage();
  const onSegment = ({ bestLevel }: TrainingState) => {
    agentScores.push(bestLevel!.score);
    if (bestLevel!.score <= best.ruleScore) throw new Reached();
  };
  const training = await Training.begin(options, { onProgress: () => {}, onSegment });
  const isReached = await training.run().then(
    () => false,
    (error: unknown) => {
      if (error instanceof Reached) return true;
      throw error;
    },
  );
  const { user, system } = process.cpuUsage(before);
  const seconds = isReached ? (performance.now() - start) / 1000 : null;
  return { seconds, processorSeconds: (user + system) / 1e6, ...best, agentScores };
}

export async function benchTimeToRule(): Promise<Figure> {
  const { seconds, rule, agentScores } = await timeToRule();
  return {
    name: `training from scratch to the cost of the best tuned rule (${rule.split(':')[0]})`,
    value: seconds,
    unit: 's',
    goal: { atMost: 300 },
    note: `not reached: ${Math.min(...agentScores).toFixed(3)} of the cost of ski-rental with its defaults`,
  };
}
