import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { machine } from './command-line.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-plan-'));
});
afterAll(() => rm(folder, { recursive: true }));

const service = ['--service', 'examples/image-classifier.yaml'];
const call = (...words: string[]) => machine().call('plan', ...service, ...words);

describe('spillway plan', () => {
  test('prints the configurations, what the first did when simulated, and the break-even rates', async () => {
    const { code, output } = await call('--rate', '20', '--simulate', '1');
    expect(code).toBe(0);
    expect(output).toContain('simulated $/h');
    expect(output).toMatch(/inception-v3 on \d+ cpu/);
    expect(output).toContain('of what the VM can serve');
  });

  test('writes all that it looked at as data, and the front as a plot', async () => {
    const json = join(folder, 'plan.json');
    const { code, output } = await call('--rate', '20', '--simulate', '0', '--json', json, '--out', folder);
    expect(code).toBe(0);
    expect(output).toContain('plan.html');
    const plan = JSON.parse(await readFile(json, 'utf8'));
    expect(plan.candidates[plan.best[0].candidate].keepsPromise).toBe(true);
    const page = await readFile(join(folder, 'plan.html'), 'utf8');
    expect([...page.matchAll(/<circle /g)]).toHaveLength(
      plan.candidates.filter((one: { keepsPromise: boolean }) => one.keepsPromise).length,
    );
    expect(page).not.toContain('NaN');
  });

  test('names a deadline that no answer can keep, where that is what lacks', async () => {
    const hurried = join(folder, 'hurried.yaml');
    const profile = await readFile('examples/image-classifier.yaml', 'utf8');
    await writeFile(hurried, profile.replace('deadlineMs: 500', 'deadlineMs: 15'));
    const { output } = await machine().call('plan', '--service', hurried, '--rate', '20', '--simulate', '0');
    expect(output).toContain('strict is due within 15 ms, and the fastest answer takes 18 ms in the mean');
  });

  test('weighs no VM against a function that is never in time', async () => {
    const alone = join(folder, 'alone.yaml');
    const profile = await readFile('examples/one-model.yaml', 'utf8');
    const never =
      'lambda: {memoryMb: [128], serviceMs: {bert: [900000]}, coldStartMs: {bert: [0]}, concurrencyLimit: 1}\n';
    await writeFile(alone, profile.slice(0, profile.indexOf('lambda:')) + never);
    const { output } = await machine().call('plan', '--service', alone, '--rate', '20', '--simulate', '0');
    expect(output).toContain('Lambda is never in time');
    expect(output).not.toMatch(/128 MB +[\d.]+ +[\d.]+%/);
  });

  test('on a trace says how far a policy that follows the load could go', async () => {
    const { output } = await call('--trace', 'diurnal:mean=20,hours=1,seed=1', '--simulate', '0');
    expect(output).toContain('A policy that follows the load cannot go below');
  });

  test.each([
    ['without a load', [], 'exactly one must be given'],
    ['with two loads', ['--rate', '5', '--trace', 'constant:mean=5'], 'exactly one must be given'],
    ['with a scale of a rate', ['--rate', '5', '--scale', '2'], 'need a --trace'],
    ['with a trace in which nothing comes', ['--trace', 'constant:mean=0'], 'nothing arrives'],
    ['with a trace of some seconds', ['--trace', 'constant:mean=9', '--duration', '30s'], 'must last 60 at least'],
    ['with a rate of nothing', ['--rate', '0'], '--rate'],
    ['with a rate beyond all simulation', ['--rate', '1e12'], 'at most 1000000'],
  ])('%s is refused and writes nothing', async (_, words, sentence) => {
    const json = join(folder, 'refused.json');
    const answer = await call(...words, '--json', json);
    expect(answer.code).toBe(2);
    expect(answer.errors).toContain(sentence);
    expect(existsSync(json)).toBe(false);
  });
});
