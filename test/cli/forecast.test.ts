import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forecasterKinds } from '../../policies/forecast/kinds.ts';
import { machine } from './command-line.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-forecast-'));
});
afterAll(() => rm(folder, { recursive: true }));

const hours = 'diurnal:mean=50,hours=3,seed=1';

test('spillway forecast compares every forecaster at every horizon and quantile', async () => {
  const { code, output } = await machine().call('forecast', '--trace', hours, '--horizon', '5,1');
  expect(code).toBe(0);
  expect(output).toMatch(/: 180 intervals of 60 s$/m);
  expect(output).toMatch(/forecaster +\| \+1: 10% +50% +90% +\| \+5: 10% +50% +90%/);
  for (const { name } of forecasterKinds) expect(output).toMatch(new RegExp(`^ +${name}`, 'm'));
  // Within three hours nothing is known of a day.
  expect(output).toMatch(/seasonal +\| - +- +- +\| - +- +-/);
});

test('the JSON has the losses that the table is made of', async () => {
  const file = join(folder, 'losses.json');
  const answer = await machine().call('forecast', '--trace', `${hours}@1h+1h`, '--horizon', '1', '--json', file);
  expect(answer.code).toBe(0);
  const { horizons, quantiles, traces } = JSON.parse(await readFile(file, 'utf8'));
  expect({ horizons, quantiles }).toEqual({ horizons: [1], quantiles: [0.1, 0.5, 0.9] });
  const [first, second] = traces[0].forecasters;
  expect(traces[0].intervals).toBe(60);
  expect(first.relative).toEqual([[1, 1, 1]]);
  expect(second.losses[0][1] / first.losses[0][1]).toBeGreaterThan(0);
});

test.each([
  [['--horizon', '0'], /--horizon 0: must be a whole number of at least 1/],
  [['--horizon', '200'], /must have at least 201 intervals of 60 s/],
  [['--interval', '0.5'], /--interval 0.5: must be a whole number of at least 1/],
])('%j is refused', async (words, message) => {
  const answer = await machine().call('forecast', '--trace', hours, ...words);
  expect(answer.code).toBe(2);
  expect(answer.errors).toMatch(message);
});
