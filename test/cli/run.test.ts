import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJournal } from '../../controller/journal/read-journal.ts';
import { actionOf } from '../controller/fakes.ts';
import { machine } from './command-line.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-run-'));
});
afterAll(() => rm(folder, { recursive: true }));

const fiveMinutes = 'constant:mean=10,hours=0.0835';

function args(journal: string, ...more: string[]): string[] {
  return [
    'run',
    '--service',
    's.yaml',
    '--policy',
    'mixed',
    '--trace',
    fiveMinutes,
    '--limits',
    'none',
    '--journal',
    journal,
    ...more,
  ];
}

describe('spillway run', () => {
  test('shadows the reactive policy by default, to the end of the workload', async () => {
    const journal = join(folder, 'shadow.jsonl');
    const { call, environment, asked } = machine();
    const answer = await call(...args(journal, '--speed', 'max'));
    expect(answer.errors).toBe('');
    expect(answer.code).toBe(0);
    expect(asked).toEqual(['mixed', 'reactive']);
    expect(environment.actions).toEqual(Array(5).fill(actionOf(2)));
    const { entries } = await readJournal(journal);
    expect(entries.map((entry) => [entry.id, entry.mode, entry.policy, entry.action, entry.applied])).toEqual(
      [1, 2, 3, 4, 5].map((number) => [`run/${number}`, 'shadow', 'mixed', actionOf(4), actionOf(2)]),
    );
  });

  test('lets the policy act in live mode, for as many decisions as asked', async () => {
    const journal = join(folder, 'live.jsonl');
    const { call, environment } = machine();
    const answer = await call(...args(journal, '--speed', 'max', '--mode', 'live', '--decisions', '3'));
    expect(answer.code).toBe(0);
    expect(environment.actions).toEqual(Array(3).fill(actionOf(4)));
    expect(environment.isClosed).toBe(true);
  });

  test('lets a policy with a clock of its own decide at it', async () => {
    const journal = join(folder, 'quick.jsonl');
    const { call, environment } = machine();
    const answer = await call(...args(journal, '--speed', 'max', '--mode', 'live', '--policy', 'quick'));
    expect(answer.code).toBe(0);
    expect(environment.actions).toHaveLength(20);
  });

  test('bounds what is done by default, and journals which guardrail spoke', async () => {
    const journal = join(folder, 'guarded.jsonl');
    const { call, environment } = machine();
    const answer = await call(...args(journal, '--speed', 'max', '--mode', 'live', '--limits', 'default'));
    expect(answer.code).toBe(0);
    // The policy wants no GPU, and one is there.
    expect(environment.actions[0]!.vmCounts).toEqual([4, 1]);
    const { entries } = await readJournal(journal);
    expect(entries[0]).toMatchObject({ action: actionOf(4), applied: actionOf(4, 1) });
    expect(entries[0]!.guardrails.map(({ guardrail }) => guardrail)).toEqual(['start-up']);
    expect(answer.output).toContain('no VM of gpu is taken away');
  });

  test('takes limits from a file, a fallback and a health port', async () => {
    const journal = join(folder, 'limited.jsonl');
    const limits = join(folder, 'limits.yaml');
    await writeFile(limits, 'usdPerHour: 0.9\n');
    const { call, environment, asked } = machine();
    const flags = ['--mode', 'live', '--limits', limits, '--fallback', 'percentile', '--health-port', '0'];
    expect(await call(...args(journal, '--speed', 'max', ...flags))).toMatchObject({ code: 0, errors: '' });
    expect(asked).toEqual(['mixed', 'percentile']);
    // Three c5.large and a g4dn.xlarge are there at $0.781, one more c5.large fits.
    expect(environment.actions[0]!.vmCounts).toEqual([4, 1]);
  });

  test('logs its settings, each decision and a last line, all with the run id', async () => {
    const { output } = await machine().call(...args(join(folder, 'log.jsonl'), '--speed', 'max'));
    const lines = output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(7);
    expect(lines.every((line) => line.run === 'run')).toBe(true);
    expect(lines[0]).toMatchObject({ decisions: 5, settings: { mode: 'shadow', speed: 'max', policy: 'mixed' } });
    expect(lines[6]).toMatchObject({ decision: 'run/5', holds: 0, usd: 5, attainment: 0.8, policyWrites: 0 });
  });

  test('when quiet and pretty says only the last line', async () => {
    const { output } = await machine().call(
      ...args(join(folder, 'quiet.jsonl'), '--speed', 'max', '--quiet', '--pretty'),
    );
    expect(output).toMatch(/^\d\d:\d\d:\d\d {2}Done: 5 decisions, \$.*\n$/);
  });

  test('ends at once and with exit code 0 when it was told to stop', async () => {
    const journal = join(folder, 'stopped.jsonl');
    const { call, environment } = machine({ stop: () => AbortSignal.abort() });
    const answer = await call(...args(journal, '--speed', 'max'));
    expect(answer.code).toBe(0);
    expect([environment.actions.length, environment.isClosed]).toEqual([0, true]);
  });
});

describe('spillway run refuses with exit code 2, in one sentence, having written nothing', () => {
  const cases: [string, string[], RegExp][] = [
    ['a deployment of a simulation', ['--deployment', 'd.yaml'], /--deployment d.yaml: only --env aws has one/],
    ['an unknown environment', ['--env', 'moon'], /Allowed choices are sim, aws/],
    ['an unknown flag', ['--sped', '2'], /unknown option '--sped' \(Did you mean .*--speed/],
    ['an unknown policy', ['--policy', 'unknown'], /policy unknown/],
    ['an unknown incumbent', ['--incumbent', 'unknown'], /policy unknown/],
    ['a policy that knows the future', ['--policy', 'clairvoyant'], /policy clairvoyant: knows the future, which no/],
    ['an incumbent that knows the future', ['--incumbent', 'clairvoyant'], /policy clairvoyant: knows the future/],
    ['limits that are not there', ['--limits', 'nowhere.yaml'], /nowhere.yaml: cannot read the limits file/],
    ['an incumbent in live mode', ['--mode', 'live', '--incumbent', 'reactive'], /only shadow mode has an incumbent/],
    ['a speed of nothing', ['--speed', '0'], /--speed 0: must be a number above 0/],
    ['half a decision', ['--decisions', '0.5'], /--decisions 0.5: must be a whole number of at least 1/],
    ['a duration without a unit that is known', ['--duration', '3w'], /--duration 3w: not a duration/],
    [
      'a workload shorter than a decision',
      ['--trace', 'constant:hours=0.01'],
      /less than one decision interval of 60 s/,
    ],
  ];
  test.each(cases)('%s', async (_, flags, sentence) => {
    const journal = join(folder, 'refused', 'journal.jsonl');
    const { call, environment } = machine();
    const answer = await call(...args(journal, ...flags));
    expect(answer.errors).toMatch(sentence);
    expect(answer.errors).toMatch(/^error: [^\n]+\n$/);
    expect(answer).toMatchObject({ code: 2, output: '' });
    expect(environment.actions).toEqual([]);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });

  test('missing arrivals', async () => {
    const answer = await machine().call('run', '--service', 's.yaml', '--policy', 'mixed');
    expect(answer).toMatchObject({ code: 2, errors: expect.stringContaining('--trace is missing') });
  });

  test('a journal that is something else, which stays as it was', async () => {
    const trace = join(folder, 'trace.csv');
    await writeFile(trace, 'time_s,requests\n0,1\n');
    const answer = await machine().call(...args(trace));
    expect(answer).toMatchObject({ code: 2, errors: expect.stringContaining('is there already, and is no journal') });
    expect(await readFile(trace, 'utf8')).toBe('time_s,requests\n0,1\n');
  });

  test('a journal that is a folder', async () => {
    const answer = await machine().call(...args(folder));
    expect(answer).toMatchObject({ code: 2, errors: expect.stringContaining('is a folder') });
  });
});
