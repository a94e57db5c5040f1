import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PpoPolicy } from '../../agent/policy.ts';
import { writeCheckpoint } from '../../agent/ppo/checkpoint.ts';
import { Actor } from '../../agent/ppo/forward.ts';
import { type AgentFacts, agentPolicy, readAgent, writeAgent } from '../../agent/saved-agent.ts';
import { InputProblem } from '../../env/problem.ts';
import type { ServiceProfile } from '../../env/types.ts';
import { examplePrices, exampleProfile, observation } from '../policies/example-service.ts';
import { levelShape, serviceShape, untrained } from './example-agent.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-agent-'));
});
afterAll(() => rm(folder, { recursive: true }));

const facts: AgentFacts = {
  name: 'example-1',
  service: 'example',
  profileHash: 'abc',
  also: [],
  decisionSeconds: 60,
  binSeconds: 10,
  pools: ['cpu'],
  seed: 1,
  traces: ['day'],
  validationTraces: ['other day'],
  steps: { lessons: 1, levels: 2, service: 3 },
  selected: { level: 0, service: null },
  wallSeconds: 4,
  backend: 'cpu',
  codeVersion: '0.1.0',
  scores: [{ policy: 'ppo', usd: 1.5, attainment: 0.995 }],
};
const level = untrained(levelShape, 1);
const service = untrained(serviceShape, 2);

/** The policy's decisions on a demand that rises. */
function decisionsOf(policy: PpoPolicy) {
  return Array.from({ length: 20 }, (_, minute) =>
    policy.decide(observation({ timeSeconds: 60 * minute, rates: 50 + 10 * minute, ready: 8 })),
  );
}

test('an agent is read as it was written, and acts as it did', async () => {
  for (const [name, one] of [
    ['both', service],
    ['level', null],
  ] as const) {
    const place = join(folder, name);
    await writeAgent(place, { level, service: one, facts });
    const saved = await readAgent(place, exampleProfile);
    expect(saved.facts).toMatchObject(facts);
    expect(saved.level).toEqual({ ...level, training: null });
    expect(saved.service).toEqual(one && { ...one, training: null });
    const agent = { level: new Actor(level), service: one && new Actor(one), pools: [0] };
    const original = new PpoPolicy('ppo', exampleProfile, examplePrices, agent);
    expect(decisionsOf(agentPolicy('ppo', saved, exampleProfile, examplePrices))).toEqual(decisionsOf(original));
  }
});

test('an agent acts on the pools it knows by name, and where it knows none on the pool that the rules would take', async () => {
  const place = join(folder, 'pools');
  await writeAgent(place, { level, service: null, facts });
  const saved = await readAgent(place, exampleProfile);
  const [pool] = exampleProfile.pools;
  const others: ServiceProfile = {
    ...exampleProfile,
    pools: [{ ...pool!, name: 'first', min: 3 }, pool!, { ...pool!, name: 'third', min: 5 }],
  };
  const counts = (profile: ServiceProfile) => {
    const seen = { ...observation({ rates: 300 }), pools: profile.pools.map(() => ({ ready: 5, booting: 0 })) };
    return agentPolicy('ppo', saved, profile, examplePrices).decide(seen).action.vmCounts;
  };
  const known = counts(others);
  expect([known[0], known[2]]).toEqual([3, 5]);
  expect(known[1]).toBeGreaterThan(10);
  const renamed = { ...others, pools: others.pools.map((one) => ({ ...one, name: `new ${one.name}` })) };
  const unknown = counts(renamed);
  expect([unknown[1], unknown[2]]).toEqual([pool!.min, 5]);
  expect(unknown[0]).toBeGreaterThan(10);
});

describe('what is no agent for this service is refused in a sentence', () => {
  async function problem(place: string, profile = exampleProfile): Promise<string> {
    const error = await readAgent(place, profile).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(InputProblem);
    const { message } = error as InputProblem;
    expect(message).toContain(place);
    expect(message).toMatch(/^[^\n]+$/);
    return message;
  }

  test('nothing there', async () => {
    expect(await problem(join(folder, 'nowhere'))).toMatch(/There is no checkpoint in .*manifest\.json/);
  });

  test('a folder of something else', async () => {
    const place = join(folder, 'foreign');
    await mkdir(place);
    await writeFile(join(place, 'manifest.json'), '{"name": "a package"}');
    expect(await problem(place)).toMatch(/is not the manifest of a Spillway checkpoint/);
  });

  test('a checkpoint of another learner', async () => {
    const place = join(folder, 'player');
    await writeCheckpoint(place, { fields: {}, networks: { player: level }, resume: null });
    expect(await problem(place)).toMatch(/not of an autoscaling agent/);
  });

  test('an agent whose features were others, in name or number', async () => {
    const place = join(folder, 'features');
    await writeAgent(place, { level, service, facts });
    const path = join(place, 'manifest.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"use of the level 1 back"', '"use of the level long ago"'));
    expect(await problem(place)).toMatch(/trained for other features of the level network .*: train it anew/);
    await writeFile(path, text.replace('"load over capacity"', '"load over the moon"'));
    expect(await problem(place)).toMatch(/other features of the service network/);
    const small = untrained({ observationSize: 3, heads: [2] }, 1);
    await writeAgent(join(folder, 'small'), { level: small, service: null, facts });
    expect(await problem(join(folder, 'small'))).toMatch(/other features of the level network/);
  });

  test('an agent that decides at another interval', async () => {
    const place = join(folder, 'interval');
    await writeAgent(place, { level, service, facts });
    const slower = { ...exampleProfile, decisionSeconds: 300 };
    expect(await problem(place, slower)).toMatch(/every 60 s, but service example every 300 s: train it/);
  });

  test('an agent whose weights are cut off', async () => {
    const place = join(folder, 'cut');
    await writeAgent(place, { level, service, facts });
    const path = join(place, 'service.weights.bin');
    await writeFile(path, (await readFile(path)).subarray(0, 100));
    expect(await problem(place)).toMatch(/damaged: .*service\.weights\.bin has 100 bytes/);
  });
});
