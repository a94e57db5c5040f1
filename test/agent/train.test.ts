import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { selectBackend } from '../../agent/ppo/backend.ts';
import { readLatest, runFolders, writeLatest } from '../../agent/run-folder.ts';
import { SoleWriter } from '../../agent/sole-writer.ts';
import { Training } from '../../agent/train.ts';
import type { TrainingProgress } from '../../agent/training-progress.ts';
import type { TrainingState } from '../../agent/training-state.ts';
import { InputProblem } from '../../env/problem.ts';
import { recorder, smallTraining } from './small-training.ts';

let folder = '';
/** The states of one uninterrupted run, segment by segment. */
let states: TrainingState[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-training-'));
  await selectBackend('wasm');
  states = await run();
});
afterAll(() => rm(folder, { recursive: true }));

async function run(overrides: Partial<typeof smallTraining> = {}): Promise<TrainingState[]> {
  const hooks = recorder();
  const training = await Training.begin({ ...smallTraining, ...overrides }, hooks);
  expect(await training.run()).toBe(hooks.states.at(-1));
  return hooks.states;
}

/** What acts, and what goes on learning. */
function weightsOf({ level, service, bestLevel, bestService }: TrainingState) {
  return [level, service, bestLevel?.state, bestService?.state].map((one) => one && [one.parameters, one.normalizer]);
}

describe('a run', () => {
  test('goes through its stages, a state after each segment', () => {
    expect(states.map(({ stage, segment }) => `${stage} ${segment}`)).toEqual([
      'levels 0',
      'levels 1',
      'levels 2',
      'service 0',
      'service 1',
      'service 2',
      'done 0',
    ]);
  });

  test('gives the same weights for the same seed, others for another', async () => {
    const [again, other] = [await run(), await run({ seed: 2 })];
    expect(again.map(weightsOf)).toEqual(states.map(weightsOf));
    expect(other.at(-1)!.level.parameters).not.toEqual(states.at(-1)!.level.parameters);
  });

  test('changes the weights in every stage, to numbers', () => {
    const levels = states.slice(0, 3).map((state) => state.level.parameters);
    const services = states.slice(3, 6).map((state) => state.service!.parameters);
    for (const [before, after] of [
      [levels[0], levels[1]],
      [levels[1], levels[2]],
      [services[0], services[1]],
      [services[1], services[2]],
    ]) {
      expect(after).not.toEqual(before);
    }
    for (const parameters of [...levels, ...services]) expect(parameters.every(Number.isFinite)).toBe(true);
  });

  test('keeps of each network the state with the best score', () => {
    const scores = states.map((state) => state.bestLevel!.levelScore!);
    for (const [index, score] of scores.slice(1).entries()) expect(score).toBeLessThanOrEqual(scores[index]!);
    const { bestLevel, bestService } = states.at(-1)!;
    if (bestService) expect(bestService.score).toBeLessThan(bestLevel!.score);
  });

  test('tells its progress up to the end of every stage, with a validation', async () => {
    const told: TrainingProgress[] = [];
    const training = await Training.begin(smallTraining, {
      onProgress: (progress) => {
        told.push(progress);
      },
      onSegment: () => {},
    });
    await training.run();
    for (const stage of ['lessons', 'levels', 'service'] as const) {
      const last = told.filter((one) => one.stage === stage).at(-1)!;
      expect(last.done).toBe(last.total);
    }
    expect(told.at(-1)!.validation).toMatchObject({ usd: expect.any(Number), attainment: expect.any(Number) });
    for (const { scalars } of told) expect(Object.values(scalars).every(Number.isFinite)).toBe(true);
    expect(told.some(({ scalars }) => 'validation/usd' in scalars && 'levels/multiplier' in scalars)).toBe(true);
  });
});

describe('a run that was cut off', () => {
  test('goes on from any of its segments, by way of the disk, to the very same end', async () => {
    for (const [index, state] of states.entries()) {
      const place = join(folder, `cut-${index}`);
      await writeLatest(place, state, 'options', 12.5);
      const read = await readLatest(place, 'options');
      expect(read.wallSeconds).toBe(12.5);
      const hooks = recorder();
      const end = await Training.resume(smallTraining, hooks, read.state).run();
      expect(weightsOf(end)).toEqual(weightsOf(states.at(-1)!));
      expect({ ...end, level: 0, service: 0, bestLevel: 0, bestService: 0 }).toEqual({
        ...states.at(-1)!,
        level: 0,
        service: 0,
        bestLevel: 0,
        bestService: 0,
      });
      expect(hooks.states.length).toBe(states.length - 1 - index);
    }
  });

  test('is not gone on with under other options, nor where there is none', async () => {
    const place = join(folder, 'other');
    await writeLatest(place, states[1]!, 'options', 1);
    await expect(readLatest(place, 'others')).rejects.toThrow(InputProblem);
    await expect(readLatest(place, 'others')).rejects.toThrow(/begun with other options .*without --resume/);
    await expect(readLatest(join(folder, 'nothing'), 'options')).rejects.toThrow(InputProblem);
    await expect(readLatest(join(folder, 'nothing'), 'options')).rejects.toThrow(/no checkpoint in/);
    expect(existsSync(join(folder, 'nothing'))).toBe(false);
  });

  test('is overwritten by its next state, and never half there', async () => {
    const place = join(folder, 'rewritten');
    for (const state of states.slice(0, 5)) await writeLatest(place, state, 'options', 1);
    const { state } = await readLatest(place, 'options');
    expect(`${state.stage} ${state.segment}`).toBe('service 1');
    expect(existsSync(runFolders(place).latest)).toBe(true);
  });
});

test('a run whose weights stop to be numbers ends with an error, rather than to be kept', async () => {
  const levelHyperparameters = { ...smallTraining.levelHyperparameters, learningRate: 1e38 };
  await expect(run({ levelHyperparameters })).rejects.toThrow(/Learning diverged/);
});

describe('of two runs in one folder', () => {
  test('the one that writes second ends, and what the first wrote stays', async () => {
    const place = join(folder, 'two');
    const [one, other] = [await SoleWriter.at(place), await SoleWriter.at(place)];
    await one.write(states[0]!, 'options', 1);
    await expect(other.write(states[1]!, 'options', 2)).rejects.toThrow(/Another training has written into .*two/);
    await expect(other.check()).rejects.toThrow(InputProblem);
    await one.write(states[1]!, 'options', 3);
    expect(weightsOf((await readLatest(place, 'options')).state)).toEqual(weightsOf(states[1]!));
  });

  test('so too where both go on with what a killed one left, and it needs no lock to be removed', async () => {
    const place = join(folder, 'resumed');
    await (await SoleWriter.at(place)).write(states[0]!, 'options', 1);
    const [one, other] = [await SoleWriter.at(place), await SoleWriter.at(place)];
    await other.write(states[1]!, 'options', 2);
    await expect(one.write(states[1]!, 'options', 3)).rejects.toThrow(/give each an --out of its own/);
  });
});
