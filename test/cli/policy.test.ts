import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFolders } from '../../agent/run-folder.ts';
import { type AgentFacts, writeAgent } from '../../agent/saved-agent.ts';
import { policyOnItsClock } from '../../cli/own-clock.ts';
import { policyMaker } from '../../cli/policy.ts';
import { InputProblem } from '../../env/problem.ts';
import { createPolicy } from '../../policies/registry.ts';
import { levelShape, untrained } from '../agent/example-agent.ts';
import { examplePrices, exampleProfile, observation } from '../policies/example-service.ts';

const facts: AgentFacts = {
  name: 'example-7',
  service: 'example',
  profileHash: 'abc',
  also: [],
  decisionSeconds: 60,
  binSeconds: 10,
  pools: ['cpu'],
  seed: 7,
  traces: [],
  validationTraces: [],
  steps: { lessons: 1, levels: 2, service: 3 },
  selected: { level: 0, service: null },
  wallSeconds: 4,
  backend: 'cpu',
  codeVersion: '0.1.0',
  scores: [],
};

let run = '';
beforeAll(async () => {
  run = await mkdtemp(join(tmpdir(), 'spillway-policy-'));
  await writeAgent(runFolders(run).checkpoint, { level: untrained(levelShape, 1), service: null, facts });
});
afterAll(() => rm(run, { recursive: true }));

const make = policyMaker();
const create = (specification: string) => make(specification, exampleProfile, examplePrices);

test('a specification without ppo is a rule, with its parameters', async () => {
  const policy = await create('mixed:margin=1.3');
  expect(policy.parameters).toEqual(createPolicy('mixed:margin=1.3', exampleProfile, examplePrices).parameters);
});

test('an agent is found in the folder of its run or in its checkpoint, and says what it was trained for', async () => {
  const specifications = [`ppo:${run}`, `ppo:${runFolders(run).checkpoint}`];
  const policies = await Promise.all(specifications.map(create));
  const seen = observation({ rates: 100, ready: 5 });
  expect(policies[0]!.decide(seen)).toEqual(policies[1]!.decide(seen));
  for (const [index, { name, parameters }] of policies.entries()) {
    expect(name).toBe(specifications[index]);
    expect(parameters).toMatchObject({ trainedFor: 'example', seed: 7, levelSteps: 2, serviceSteps: 3 });
  }
});

test('an agent keeps the rhythm of its training, whatever that of the service is', async () => {
  for (const decisionSeconds of [20, 60, 120]) {
    const service = { ...exampleProfile, decisionSeconds };
    const { profile, policy } = await policyOnItsClock(`ppo:${run}`, service, examplePrices, { policy: make });
    expect(profile.decisionSeconds).toBe(facts.decisionSeconds);
    expect(policy.decide(observation({ rates: 300, ready: 5 })).action.vmCounts[0]).toBeGreaterThan(10);
  }
});

describe('refused in a sentence', () => {
  const cases: [string, string, RegExp][] = [
    ['an agent of no folder', 'ppo', /ppo needs a checkpoint: write ppo:FOLDER/],
    ['an agent of an empty folder', 'ppo:', /ppo needs a checkpoint/],
    ['a folder without an agent', 'ppo:/nowhere/at/all', /There is no checkpoint in \/nowhere\/at\/all/],
    [
      'an agent that waits longer than can be',
      'ppo:checkpoints/default:waitShare=2',
      /waitShare is 2, but must be a number from 0 to 1/,
    ],
    ['a rule that is none', 'ppoo', /ppoo/],
  ];
  test.each(cases)('%s', async (_, specification, sentence) => {
    const error = await create(specification).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(InputProblem);
    expect((error as InputProblem).message).toMatch(sentence);
    expect((error as InputProblem).message).toMatch(/^[^\n]+$/);
  });
});
