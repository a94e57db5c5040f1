import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { selectBackend } from '../../../agent/ppo/backend.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../../../agent/ppo/checkpoint.ts';
import { collectRollout } from '../../../agent/ppo/collect.ts';
import { Learner } from '../../../agent/ppo/learner.ts';
import { InputProblem } from '../../../env/problem.ts';
import { Random } from '../../../env/random.ts';
import { IdentityWorlds } from './identity-worlds.ts';
import { smallSettings } from './settings.ts';

let root = '';
let folder = '';
let checkpoint: Checkpoint;

beforeAll(async () => {
  await selectBackend('cpu');
  const networks: Record<string, Awaited<ReturnType<Learner['save']>>> = {};
  for (const [name, sharedTrunk] of [
    ['levels', true],
    ['service', false],
  ] as const) {
    const worlds = new IdentityWorlds(4, [3, 2]);
    const learner = Learner.create(worlds, { ...smallSettings, sharedTrunk }, Random.seeded(1));
    await learner.update(await collectRollout(worlds, learner, 4, 0), 0);
    networks[name] = await learner.save();
    learner.dispose();
  }
  checkpoint = { fields: { name: 'small', seeds: [1] }, networks, resume: { steps: 16, multiplier: 0.1 } };
});

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'spillway-checkpoint-'));
  folder = join(root, 'agent');
});
afterEach(() => rm(root, { recursive: true }));

/** What is thrown must name the path, in a sentence that a person can act on. */
async function refusal(action: Promise<unknown>): Promise<string> {
  const problem = await action.then(
    () => null,
    (error: unknown) => error,
  );
  expect(problem).toBeInstanceOf(InputProblem);
  const { message } = problem as InputProblem;
  expect(message).toContain(folder);
  return message;
}

test('what is written reads back, to the bit, and again after it was overwritten', async () => {
  for (const fields of [checkpoint.fields, { name: 'again' }]) {
    await writeCheckpoint(folder, { ...checkpoint, fields });
    expect(await readCheckpoint(folder)).toEqual({ ...checkpoint, fields });
  }
  expect(await readdir(root)).toEqual(['agent']);
});

test('without its training parts a checkpoint still acts, and says that it cannot be resumed', async () => {
  await writeCheckpoint(folder, checkpoint);
  for (const file of ['resume.json', 'levels.optimizer.bin', 'service.optimizer.bin']) await rm(join(folder, file));
  const { networks, resume } = await readCheckpoint(folder);
  expect(resume).toBeNull();
  expect(networks.levels!.training).toBeNull();
  expect(networks.levels!.parameters).toEqual(checkpoint.networks.levels!.parameters);
  expect(() => Learner.restore(networks.levels!)).toThrow(InputProblem);
});

test('weights are little-endian floats in the order of the layers', async () => {
  await writeCheckpoint(folder, checkpoint);
  const bytes = await readFile(join(folder, 'levels.weights.bin'));
  const { parameters } = checkpoint.networks.levels!;
  expect(bytes.length).toBe(4 * parameters.length);
  expect(bytes.readFloatLE(40)).toBe(parameters[10]);
  const { networks } = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  expect(networks.levels.layers.map(({ name }: { name: string }) => name)).toEqual([
    'trunk.0',
    'trunk.1',
    'policy',
    'value',
  ]);
});

test('a write that dies between its renames leaves the former checkpoint readable', async () => {
  await writeCheckpoint(folder, checkpoint);
  await rename(folder, join(root, '.agent.previous'));
  expect(await readCheckpoint(folder)).toEqual(checkpoint);
  await writeCheckpoint(folder, checkpoint);
  expect(await readdir(root)).toEqual(['agent']);
});

test('a missing, foreign or newer checkpoint is refused', async () => {
  expect(await refusal(readCheckpoint(folder))).toContain('There is no checkpoint in');
  await mkdir(folder);
  expect(await refusal(readCheckpoint(folder))).toContain('There is no checkpoint in');
  const manifest = join(folder, 'manifest.json');
  await writeFile(manifest, '{');
  expect(await refusal(readCheckpoint(folder))).toContain('is not JSON');
  await writeFile(manifest, '{"format": "other", "version": 1}');
  expect(await refusal(readCheckpoint(folder))).toContain('is not the manifest of a Spillway checkpoint');
  await writeFile(manifest, '{"format": "spillway-checkpoint", "version": 2}');
  expect(await refusal(readCheckpoint(folder))).toContain('has version 2');
  await writeFile(manifest, '{"format": "spillway-checkpoint", "version": 1, "networks": {"a": {}}}');
  expect(await refusal(readCheckpoint(folder))).toContain('networks.a');
});

test('files of the wrong length or absent are refused', async () => {
  await writeCheckpoint(folder, checkpoint);
  const weights = join(folder, 'service.weights.bin');
  const bytes = await readFile(weights);
  await writeFile(weights, bytes.subarray(4));
  expect(await refusal(readCheckpoint(folder))).toContain(
    `${bytes.length - 4} bytes where its manifest calls for ${bytes.length}`,
  );
  await rm(weights);
  expect(await refusal(readCheckpoint(folder))).toContain('service.weights.bin');
});

test('weights of which one is no number are refused: a rule would act in their place, or a training begin with them', async () => {
  const bytes = Buffer.alloc(4);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    await writeCheckpoint(folder, checkpoint);
    const weights = join(folder, 'service.weights.bin');
    const whole = await readFile(weights);
    bytes.writeFloatLE(value);
    await writeFile(weights, Buffer.concat([whole.subarray(0, 8), bytes, whole.subarray(12)]));
    expect(await refusal(readCheckpoint(folder))).toMatch(
      /the 3\. of \d+ values in .*service\.weights\.bin is no finite/,
    );
  }
});

test('the only checkpoint that a dead write left stays until the next one is whole', async () => {
  await writeCheckpoint(folder, checkpoint);
  await rename(folder, join(root, '.agent.previous'));
  // A write that fails on its way: a field that JSON cannot hold.
  await expect(writeCheckpoint(folder, { ...checkpoint, fields: { n: 1n } })).rejects.toThrow();
  expect(await readCheckpoint(folder)).toEqual(checkpoint);
  await rm(join(root, '.agent.partial'), { recursive: true });
});

test('nothing of a user is overwritten', async () => {
  await mkdir(folder);
  await writeFile(join(folder, 'thesis.tex'), 'years of work');
  expect(await refusal(writeCheckpoint(folder, checkpoint))).toContain('thesis.tex');
  const file = join(folder, 'thesis.tex');
  await refusal(writeCheckpoint(file, checkpoint));
  expect(await readFile(file, 'utf8')).toBe('years of work');
});
