import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, buildIfStale, spillway } from './spillway.ts';

const service = ['--service', resolve('examples/image-classifier.yaml')];
const learned = ['--trace', 'diurnal:mean=30,hours=1,seed=1', '--validate', 'diurnal:mean=30,hours=0.5,seed=2'];
/** A run that learns a little: one lesson, no PPO. */
const training = [...service, ...learned, '--lessons', '1', '--steps', '0', '--service-steps', '0', '--out', 'mine'];
const unseen = ['--trace', 'diurnal:mean=30,hours=1,seed=3'];

let folder = '';
let trained: Answer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-end-to-end-'));
  await buildIfStale();
  trained = await spillway(folder, 'train', ...training);
}, 240_000);
afterAll(() => rm(folder, { recursive: true }));

async function json(path: string) {
  return JSON.parse(await readFile(join(folder, path), 'utf8'));
}

describe('from training to the controller', () => {
  test('train leaves an agent, what resuming takes and events, and says how it did beside the rules', async () => {
    expect(trained.code).toBe(0);
    expect(trained.output).toMatch(/^Trained in \d+ s on wasm, acting on (cpu|gpu)/);
    expect(trained.output).toMatch(/ {2}ppo +\$ +[\d.]+ +[\d.]+%/);
    expect(trained.output).toMatch(/ {2}ski-rental +\$/);
    expect(trained.output).toMatch(/The agent is ppo:mine\n$/);
    expect(trained.errors).toMatch(/imitating hindsight/);
    expect((await readdir(join(folder, 'mine'))).sort()).toEqual(['checkpoint', 'events', 'latest']);
    const manifest = await json('mine/checkpoint/manifest.json');
    expect(manifest).toMatchObject({ format: 'spillway-checkpoint', service: 'image-classifier', seed: 1 });
    expect(manifest.scores.map((one: { policy: string }) => one.policy)).toContain('ppo');
    expect(JSON.stringify(manifest)).not.toContain(folder);
  });

  test('train refuses to overwrite the run, and resumes it where it ended', async () => {
    const weights = () => readFile(join(folder, 'mine/checkpoint/level.weights.bin'));
    const before = await weights();
    const again = await spillway(folder, 'train', ...training);
    expect(again).toMatchObject({ code: 2, output: '' });
    expect(again.errors).toMatch(/^error: --out mine holds a training run already: go on with it by --resume[^\n]*\n$/);
    const other = await spillway(folder, 'train', ...training, '--resume', '--seed', '2');
    expect(other.code).toBe(2);
    expect(other.errors).toMatch(/^error: mine was begun with other options[^\n]*\n$/);
    const resumed = await spillway(folder, 'train', ...training, '--resume', '--quiet');
    expect(resumed.code).toBe(0);
    expect(await weights()).toEqual(before);
  });

  test('evaluate judges the agent beside a rule, request by request', async () => {
    const policies = ['--policies', 'reactive', 'ppo:mine', '--seeds', '1'];
    const answer = await spillway(
      folder,
      'evaluate',
      ...service,
      ...unseen,
      ...policies,
      '--quiet',
      '--json',
      'out.json',
    );
    expect(answer.errors).toBe('');
    expect(answer.code).toBe(0);
    expect(answer.output).toMatch(/ppo:mine/);
    const { results } = await json('out.json');
    expect(results.map((one: { policy: string }) => one.policy)).toEqual(['reactive', 'ppo:mine']);
    const [rule, agent] = results;
    expect(agent.parameters).toMatchObject({ trainedFor: 'image-classifier', levelSteps: 0 });
    expect(agent.requests).toBe(rule.requests);
    expect(agent.attainment.all).toBeGreaterThan(0.95);
    // Even one lesson makes an agent that is no wild guess.
    expect(agent.usd).toBeLessThan(1.5 * rule.usd);
  });

  test('run lets the agent act for as many decisions as asked, and writes each to the journal with its reason', async () => {
    const how = ['--mode', 'live', '--speed', 'max', '--decisions', '20', '--journal', 'journal.jsonl'];
    const answer = await spillway(folder, 'run', ...service, '--policy', 'ppo:mine', ...unseen, ...how);
    expect(answer.errors).toBe('');
    expect(answer.code).toBe(0);
    const lines = answer.output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ decisions: 20, end: 'complete' });
    const journal = (await readFile(join(folder, 'journal.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(journal).toHaveLength(20);
    for (const line of journal.slice(1)) {
      const entry = JSON.parse(line);
      expect(entry.reason).toMatch(/^demand [\d.]+ req\/s; .* VMs \(\d+ ready, \d+ booting\)/);
      // What is done is what was decided, or a guardrail says why not.
      if (entry.guardrails.length === 0) expect(entry.applied).toEqual(entry.action);
      else for (const { said } of entry.guardrails) expect(said).toMatch(/\.$/);
    }
  });
});

describe('wrong input is answered with exit code 2 and one line, and leaves nothing behind', () => {
  const cases: [string, string[], RegExp][] = [
    [
      'an agent that is not there, to judge',
      ['evaluate', ...service, ...unseen, '--policies', 'ppo:none', '--out', 'left'],
      /no checkpoint in none/,
    ],
    [
      'an agent that is not there, to run',
      ['run', ...service, ...unseen, '--policy', 'ppo:none', '--journal', 'left/j.jsonl'],
      /no checkpoint in none/,
    ],
    ['a trace that is not there', ['train', ...service, '--trace', './no.csv', '--out', 'left'], /no\.csv/],
    ['an unknown command', ['tran'], /unknown command 'tran' \(Did you mean train\?\)/],
  ];
  test.each(cases)('%s', async (_, argv, sentence) => {
    const before = await readdir(folder);
    const answer = await spillway(folder, ...argv);
    expect(answer.errors).toMatch(sentence);
    expect(answer.errors).toMatch(/^error: [^\n]+\n$/);
    expect(answer).toMatchObject({ code: 2, output: '' });
    expect(await readdir(folder)).toEqual(before);
  });
});
