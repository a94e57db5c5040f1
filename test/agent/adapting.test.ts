import { beforeAll, describe, expect, test } from 'vitest';
import { untaught } from '../../agent/first-network.ts';
import { Judge } from '../../agent/judge.ts';
import { levelFeatures } from '../../agent/level-features.ts';
import { levelRanges } from '../../agent/measure-ranges.ts';
import { selectBackend } from '../../agent/ppo/backend.ts';
import { Actor } from '../../agent/ppo/forward.ts';
import { Learner } from '../../agent/ppo/learner.ts';
import type { AgentFacts } from '../../agent/saved-agent.ts';
import { type StartingPoint, startingPoint } from '../../agent/starting-point.ts';
import { Training } from '../../agent/train.ts';
import { TrainingDemand } from '../../agent/training-demand.ts';
import type { TrainingState } from '../../agent/training-state.ts';
import { InputProblem } from '../../env/problem.ts';
import { Random } from '../../env/random.ts';
import { recorder, smallTraining } from './small-training.ts';

const adapting = { ...smallTraining, lessons: 0, serviceSteps: 0 };
const facts: AgentFacts = {
  name: 'before',
  service: 'example',
  profileHash: '',
  also: [],
  decisionSeconds: 60,
  binSeconds: 10,
  pools: ['cpu'],
  seed: 1,
  traces: [],
  validationTraces: [],
  steps: { lessons: 1, levels: 1, service: 0 },
  selected: { level: 0, service: null },
  wallSeconds: 1,
  backend: 'wasm',
  codeVersion: '',
  scores: [],
};
let trained: TrainingState;
let from: StartingPoint;

beforeAll(async () => {
  await selectBackend('wasm');
  trained = await run({ serviceSteps: smallTraining.serviceSteps, lessons: 1 });
  from = startingPoint('somewhere', { level: { ...trained.level, training: null }, service: null, facts });
});

async function run(overrides: Partial<typeof smallTraining>, states = recorder()): Promise<TrainingState> {
  const training = await Training.begin({ ...smallTraining, ...overrides }, states);
  return training.run();
}

describe('an agent that is adapted', () => {
  test('knows what it saw before as well as what it sees now', () => {
    const zeros = new Array<number>(levelFeatures.length).fill(0);
    const wide = { least: zeros.map(() => -99), low: zeros, high: zeros, most: zeros };
    const ranges = levelRanges({ ...adapting, from: { ...from, levelRanges: wide } });
    const own = levelRanges(adapting);
    expect(ranges.least).toEqual(wide.least);
    expect(ranges.most).toEqual(own.most.map((most) => Math.max(most, 0)));
  });

  test('begins as it was: the same votes, and a normalisation that stays', async () => {
    const { states, ...hooks } = recorder();
    await run({ ...adapting, from }, { states, ...hooks });
    const seen = Float32Array.from({ length: levelFeatures.length }, (_, at) => Math.sin(at));
    const logits = [from.level, states[0]!.level].map((network) => {
      const into = new Float32Array(2);
      new Actor(network).logits(seen, into);
      return into;
    });
    expect(logits[0]).toEqual(logits[1]);
    for (const { level } of states) expect(level.normalizer.mean).toEqual(from.level.normalizer.mean);
    expect(states.at(-1)!.level.parameters).not.toEqual(from.level.parameters);
  });

  test('is never worse on validation than it was, by levels and on the workloads, however badly it learns', async () => {
    for (const learningRate of [1e-3, 3]) {
      const levelHyperparameters = { ...smallTraining.levelHyperparameters, learningRate };
      const options = { ...adapting, from, levelHyperparameters };
      const { bestLevel } = await run(options);
      const before = Learner.restore({ ...from.level, training: null }, Random.seeded(1));
      const levelScore = await new TrainingDemand(options).yardstick().score(before);
      const judge = new Judge(options);
      const asItWas = await judge.judge(from.level, 0, { level: new Actor(from.level), service: null, pools: [0] });
      expect(bestLevel!.levelScore).toBeLessThanOrEqual(levelScore);
      expect(bestLevel!.score).toBeLessThanOrEqual(asItWas.score);
    }
  });

  test('repeats itself to the bit', async () => {
    const [one, again] = [await run({ ...adapting, from }), await run({ ...adapting, from })];
    expect(again.level.parameters).toEqual(one.level.parameters);
  });

  test('keeps its service network where that is better than what the rules do, and learns on with it where asked to', async () => {
    const service = { ...trained.service!, training: null };
    const { states, ...hooks } = recorder();
    await run({ ...adapting, serviceSteps: 1, from: { ...from, service } }, { states, ...hooks });
    const begun = states.find(({ stage }) => stage === 'service')!;
    expect(begun.service!.parameters).toEqual(service.parameters);
    const kept = await run({ ...adapting, from: { ...from, service } });
    expect(kept.stage).toBe('done');
    expect([0, undefined]).toContain(kept.bestService?.steps);
  });
});

test('a normalisation that does not belong to the network is refused in a sentence', async () => {
  const network = await untaught(
    { observationSize: levelFeatures.length, heads: [2] },
    smallTraining.levelHyperparameters,
    Random.seeded(1),
  );
  const odd = [network, { ...from.level, normalizer: { ...from.level.normalizer, clip: 3 } }];
  for (const level of odd) {
    expect(() => startingPoint('odd', { level, service: null, facts })).toThrow(InputProblem);
    expect(() => startingPoint('odd', { level, service: null, facts })).toThrow(/--from odd: its normalisation/);
  }
});
