import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTuned, refuseUntuned, type TunedFile, tunedSpecification, tunedText } from '../../cli/tuned-file.ts';
import { defaultPrices } from '../../env/prices.ts';
import { InputProblem } from '../../env/problem.ts';
import { profileHash, readProfile } from '../../env/profile.ts';
import { createPolicy } from '../../policies/registry.ts';
import { examplePrices, exampleProfile } from '../policies/example-service.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-tuned-'));
});
afterAll(() => rm(folder, { recursive: true }));

const tuned: TunedFile = {
  version: 1,
  service: 'toy',
  serviceHash: 'abc',
  fidelity: 'fluid',
  traces: ['wits_1s-x0.1'],
  budget: 30,
  seed: 1,
  reserve: 0.3,
  policies: { mixed: { margin: 1.2, scaleInDelaySeconds: 300 }, static: {} },
};

test.each(['tuned.yaml', 'tuned.json'])('%s says the same when it is read again', async (name) => {
  const path = join(folder, name);
  await writeFile(path, tunedText(tuned, path));
  expect(await readTuned(path)).toEqual(tuned);
});

test('a policy named without parameters stands for its tuned ones, and any other name for itself', () => {
  const specification = tunedSpecification(tuned, 'mixed');
  expect(createPolicy(specification, exampleProfile, examplePrices).parameters).toMatchObject(tuned.policies.mixed!);
  for (const name of ['static', 'mixed:margin=2', 'percentile', 'ppo:folder']) {
    expect(tunedSpecification(tuned, name)).toBe(name);
  }
});

test('a file that tunes none of the policies is refused, and so is what is no such file', async () => {
  expect(() => refuseUntuned(tuned, 't.yaml', ['percentile', 'mixed:margin=2'])).toThrow(/--tuned t\.yaml: .*mixed/);
  expect(() => refuseUntuned(tuned, 't.yaml', ['percentile', 'mixed'])).not.toThrow();
});

test.each([
  ['of another version', tunedText(tuned, '').replace('version: 1', 'version: 2'), 'version is 2, but must be 1: let'],
  [
    'of something else',
    'name: a-service\n',
    'name is not a field that is known here, but must be one of version, service',
  ],
  [
    'with a text for a number',
    tunedText(tuned, '').replace('margin: 1.2', 'margin: much'),
    'margin is "much", but must be a number',
  ],
  ['without policies', tunedText({ ...tuned, policies: {} }, '').replace('policies: {}', ''), 'policies is missing'],
])('a file %s is refused in a sentence', async (_, text, sentence) => {
  const path = join(folder, 'wrong.yaml');
  await writeFile(path, text);
  const refusal = await readTuned(path).catch((problem: unknown) => problem);
  expect(refusal).toBeInstanceOf(InputProblem);
  expect((refusal as InputProblem).message).toContain(sentence);
});

const committed = 'examples/tuned';
const trainedOn = /^(wits|twitter_2021-08_day0[01]|worldcup98_1998-06-23|nab_elb|synthetic:)/;

describe.each(readdirSync(committed))('examples/tuned/%s', (name) => {
  test('was made for the example as it is, on none of the traces that results are told of', async () => {
    const file = await readTuned(join(committed, name));
    const profile = await readProfile(`examples/${name.replace(/^rho-/, 'rho/')}`);
    expect(file.serviceHash).toBe(profileHash(profile));
    expect(file.traces.filter((trace) => !trainedOn.test(trace))).toEqual([]);
  });

  test('has a setting of each of its policies that the policy takes', async () => {
    const { policies } = await readTuned(join(committed, name));
    const profile = await readProfile(`examples/${name.replace(/^rho-/, 'rho/')}`);
    for (const [policy, values] of Object.entries(policies)) {
      const specification = tunedSpecification({ ...tuned, policies }, policy);
      expect(createPolicy(specification, profile, defaultPrices).parameters).toMatchObject(values);
    }
  });
});
