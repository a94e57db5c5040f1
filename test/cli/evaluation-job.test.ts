import { expect, test } from 'vitest';
import { type EvaluationJob, runEvaluationJob } from '../../cli/evaluation-job.ts';
import type { Parts } from '../../cli/parts.ts';
import { openSimulator } from '../../env/sim/open.ts';
import type { Observation, Workload } from '../../env/types.ts';
import { readWorkload } from '../../env/workload/reference.ts';
import { createPolicy } from '../../policies/registry.ts';
import { examplePrices, exampleProfile } from '../policies/example-service.ts';

const reference = 'diurnal:mean=60,hours=2,seed=1';
const job: EvaluationJob = {
  trace: 'day',
  policy: 'watched',
  specification: 'watched',
  seed: 1,
  service: 'any.yaml',
  prices: null,
  source: { reference },
  fidelity: 'fluid',
  decisions: 20,
  warmUpSeconds: 600,
  keepsTimeline: false,
};

/** Lets `reactive` decide, and keeps what it was told. */
async function watched(change: Partial<EvaluationJob>, traits: { cadenceSeconds?: number } = {}) {
  const told: { past?: Workload; future?: Workload; observations: Observation[]; pace: number[] } = {
    observations: [],
    pace: [],
  };
  const parts: Parts = {
    profile: async () => exampleProfile,
    prices: async () => examplePrices,
    workload: ({ reference: one, ...part }) => readWorkload(one, part),
    policy: async (_, profile, prices) => {
      const rule = createPolicy('reactive', profile, prices);
      return {
        ...rule,
        ...traits,
        decide: (observation) => {
          told.observations.push(observation);
          told.pace.push(profile.decisionSeconds);
          return rule.decide(observation);
        },
        recall: (past) => {
          told.past = past;
        },
        foresee: (future) => {
          told.future = future;
        },
      };
    },
    simulator: openSimulator,
  };
  const run = await runEvaluationJob({ ...job, ...change }, parts, () => {});
  return { told, run };
}

test('a policy with a clock of its own decides at it, from the fleet that all begin with, and is judged from the same second', async () => {
  const { told, run } = await watched({ decisions: 80 }, { cadenceSeconds: 15 });
  const other = await watched({});
  expect(told.observations.map((one) => one.timeSeconds)).toEqual(Array.from({ length: 80 }, (_, step) => 15 * step));
  expect(new Set(told.pace)).toEqual(new Set([15]));
  expect(told.observations[0]!.pools).toEqual(other.told.observations[0]!.pools);
  expect(run.outcome.seconds).toBe(600);
  expect(other.run.outcome.seconds).toBe(600);
});

test('a policy recalls the demand before the part that it is judged on, and nothing where there is none', async () => {
  const whole = await readWorkload(reference);
  const { told } = await watched({ source: { reference, startSeconds: 1800, durationSeconds: 3600 } });
  expect(told.past!.requests).toEqual(whole.requests.subarray(0, 1800 / whole.stepSeconds));
  expect((await watched({})).told.past).toBeUndefined();
});

test('a policy that foresees is told all that will arrive', async () => {
  const { told } = await watched({ source: { reference, startSeconds: 1800, durationSeconds: 3600 } });
  expect(told.future).toEqual(await readWorkload(reference, { startSeconds: 1800, durationSeconds: 3600 }));
});
