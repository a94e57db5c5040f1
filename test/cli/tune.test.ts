import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { type EvaluationRunner, localRunner } from '../../cli/evaluation-runner.ts';
import type { Parts } from '../../cli/parts.ts';
import { splitSpecifications } from '../../cli/specifications.ts';
import { registerTune } from '../../cli/tune.ts';
import { readTuned, tunedSpecification } from '../../cli/tuned-file.ts';
import { InputProblem } from '../../env/problem.ts';
import { openSimulator } from '../../env/sim/open.ts';
import { readWorkload } from '../../env/workload/reference.ts';
import { createPolicy, policyKinds } from '../../policies/registry.ts';
import { parseSpecification } from '../../policies/specification.ts';
import { examplePrices, exampleProfile } from '../policies/example-service.ts';

const trace = 'diurnal:mean=60,hours=1,seed=1';

const parts: Parts = {
  profile: async () => exampleProfile,
  prices: async () => examplePrices,
  workload: ({ reference, ...part }) => readWorkload(reference, part),
  policy: async (specification, profile, prices) => createPolicy(specification, profile, prices),
  simulator: openSimulator,
};

/** Takes one run at a time, as a thread does. */
function fakeThread(log: { started: number; closed: number }): EvaluationRunner {
  const runner = localRunner(parts);
  log.started++;
  let isBusy = false;
  return {
    run: async (job, onProgress) => {
      expect(isBusy).toBe(false);
      isBusy = true;
      const result = await runner.run(job, onProgress);
      isBusy = false;
      return result;
    },
    close: async () => {
      log.closed++;
    },
  };
}

async function run(...words: string[]): Promise<string> {
  return runWith(null, ...words);
}

async function runWith(startThread: (() => EvaluationRunner) | null, ...words: string[]): Promise<string> {
  const output = new PassThrough();
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  registerTune(program, {
    parts: async () => parts,
    startThread,
    output,
    messages: new PassThrough(),
    nowMs: () => 0,
  });
  await program.parseAsync(['tune', '--service', 'any.yaml', ...words], { from: 'user' });
  output.end();
  return String(output.read() ?? '');
}

test('tune prints a table and ends with a setting that can be pasted', async () => {
  const text = await run('--trace', trace, '--policy', 'mixed', '--budget', '8', '--quiet');
  expect(text).toMatch(/\/ bound +\/ defaults/);
  expect(text).toMatch(/8 settings tried on /);
  const last = text.trim().split('\n').at(-1)!;
  expect(createPolicy(last, exampleProfile, examplePrices).name).toBe(last);
});

test('tune prints the same for the same seed, and JSON on demand', async () => {
  const words = ['--trace', trace, '--policy', 'percentile', '--budget', '6', '--seed', '3', '--quiet', '--json', '-'];
  const text = await run(...words);
  expect(await run(...words)).toBe(text);
  const told = JSON.parse(text);
  expect(told).toMatchObject({ version: 1, budget: 6, seed: 3, reserve: 0.3, fidelity: 'fluid' });
  const [{ policy, best, trials }] = told.policies;
  expect(policy).toBe('percentile');
  expect(trials).toHaveLength(6);
  expect(trials[0].specification).toBe(best);
});

test('tune says of every rule whether it keeps what was known of it, and why', async () => {
  const words = [
    '--trace',
    trace,
    'mmpp:low=20,high=80,hours=1,seed=2',
    '--policy',
    'mixed',
    'reactive',
    '--budget',
    '4',
    '--quiet',
  ];
  const text = await run(...words);
  const { policies } = JSON.parse(await run(...words, '--json', '-'));
  for (const { policy, best, choice, trials } of policies) {
    const line = text.split('\n').find((one) => one.startsWith(`${policy}: `));
    const isKept = choice.reason === 'best-is-known' || choice.reason === 'within-error';
    expect(line).toContain(isKept ? ': keeps ' : ': replaces ');
    expect(best).toBe(isKept ? choice.known : choice.found);
    expect(choice.found).toBe(trials[0].specification);
    for (const { mean, standardError } of choice.gains) {
      if (choice.reason === 'beyond-error') expect(mean).toBeGreaterThan(standardError);
    }
  }
});

test('tune finds the same however many threads there are, and each of them serves all batches', async () => {
  const words = ['--trace', trace, '--policy', 'mixed', '--budget', '20', '--quiet', '--json', '-'];
  const alone = await run(...words);
  for (const threads of [2, 5]) {
    const log = { started: 0, closed: 0 };
    expect(await runWith(() => fakeThread(log), ...words, '--jobs', `${threads}`)).toBe(alone);
    expect(log).toEqual({ started: threads, closed: threads });
  }
});

test('tune of all rules ends with the best of each, ready for --policies', async () => {
  const text = await run('--trace', trace, '--duration', '20m', '--policy', 'all', '--budget', '1', '--quiet');
  const [option, ...words] = text.trim().split('\n').at(-1)!.split(' ');
  expect(option).toBe('--policies');
  const policies = splitSpecifications(words);
  expect(policies.map((one) => one.split(':')[0])).toEqual(
    policyKinds.filter((kind) => !kind.isClairvoyant).map((kind) => kind.name),
  );
  for (const one of policies) expect(createPolicy(one, exampleProfile, examplePrices).name).toBe(one);
  for (const one of policies)
    expect(text.split('\n').filter((line) => line.includes(one)).length).toBeGreaterThanOrEqual(2);
});

test('what is stated of a rule stays, and the rest is tuned', async () => {
  const text = await run('--trace', trace, '--policy', 'mixed:margin=1.3', '--budget', '9', '--quiet', '--json', '-');
  const [{ fixed, trials }] = JSON.parse(text).policies;
  expect(fixed).toEqual({ margin: 1.3 });
  expect(trials).toHaveLength(9);
  for (const { parameters } of trials) expect(parameters.margin).toBe(1.3);
});

test.each([
  [['--trace', trace, '--policy', 'mixd'], /unknown policy "mixd".*did you mean "mixed"/],
  [['--trace', trace, '--policy', 'mixed:margin=20'], /parameter margin is "20", but must be a number from 0.1 to 10/],
  [['--trace', trace, '--policy', 'all:margin=1'], /policy static has no parameter "margin"/],
  [['--trace', trace, '--policy', 'mixed:pool=2'], /pool 2: profile example has only 1 cpu/],
  [
    ['--trace', trace, '--policy', 'mixed', '--reserve', '2'],
    /--reserve 2: must be a number of at least 0 and at most 1/,
  ],
  [['--trace', trace, '--policy', 'mixed', '--jobs', '0'], /--jobs 0: must be a whole number of at least 1/],
  [['--trace', trace, '--policy', 'mixed', '--fidelity', 'exact'], /--fidelity exact: must be fluid/],
  [['--trace', trace, '--policy', 'mixed', '--budget', '0'], /--budget 0: must be a whole number of at least 1/],
  [
    ['--trace', trace, '--policy', 'mixed', '--warm-up', '2h'],
    /lasts 3600 s, .* the warm-up takes 7200 s, so nothing is left to judge/,
  ],
])('tune %j is refused in a sentence', async (words, message) => {
  await expect(run(...words, '--quiet')).rejects.toThrow(InputProblem);
  await expect(run(...words, '--quiet')).rejects.toThrow(message);
});

test('what is stated of a rule stays even where it makes no difference beside the defaults', async () => {
  const text = await run('--trace', trace, '--policy', 'lcp:forecaster=4', '--budget', '6', '--quiet', '--json', '-');
  const [{ trials }] = JSON.parse(text).policies;
  expect(trials).toHaveLength(6);
  for (const { parameters } of trials) expect(parameters.forecaster).toBe(4);
});

test('tune --out writes what evaluate --tuned reads, and adds to what was found in the same way', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-tune-'));
  const out = join(folder, 'tuned.yaml');
  const tuneOne = (policy: string, budget = '3') =>
    run('--trace', trace, '--policy', policy, '--budget', budget, '--out', out, '--quiet');
  try {
    await tuneOne('mixed');
    const first = await readTuned(out);
    expect(first).toMatchObject({ service: exampleProfile.name, budget: 3, seed: 1, reserve: 0.3, fidelity: 'fluid' });
    expect(tunedSpecification(first, 'mixed')).toMatch(/^mixed:/);
    await tuneOne('percentile');
    const both = await readTuned(out);
    expect(both.policies.mixed).toEqual(first.policies.mixed);
    expect(Object.keys(both.policies)).toEqual(['mixed', 'percentile']);
    const more = ['--trace', trace, '--budget', '3', '--out', out, '--missing', '--quiet', '--policy'];
    expect(await run(...more, 'mixed', 'reactive')).not.toContain('mixed:');
    expect(Object.keys((await readTuned(out)).policies)).toEqual(['mixed', 'percentile', 'reactive']);
    await expect(run(...more, 'mixed')).rejects.toThrow(/lacks none of these rules/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('tune --out writes over no other file, and over no setting that was made in another way but of the rules that it tunes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-tune-'));
  const out = join(folder, 'tuned.yaml');
  const tuneOne = (policy: string, budget: string) =>
    run('--trace', trace, '--policy', policy, '--budget', budget, '--out', out, '--quiet');
  try {
    await tuneOne('mixed', '3');
    await tuneOne('mixed', '2');
    const written = await readFile(out, 'utf8');
    await expect(tuneOne('percentile', '3')).rejects.toThrow(/settings of mixed .* would be lost/);
    expect(await readFile(out, 'utf8')).toBe(written);
    await writeFile(out, 'name: a-service\n');
    await expect(tuneOne('mixed', '2')).rejects.toThrow(/is no file of tuned parameters/);
    expect(await readFile(out, 'utf8')).toBe('name: a-service\n');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('tune tries what was found earlier too, whatever the budget, so that tuning again is never worse', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-tune-'));
  const out = join(folder, 'tuned.yaml');
  try {
    await run('--trace', trace, '--policy', 'percentile', '--budget', '12', '--out', out, '--quiet');
    const earlier = tunedSpecification(await readTuned(out), 'percentile');
    const words = ['--trace', trace, '--policy', 'percentile', '--budget', '1', '--earlier', out];
    const [{ trials }] = JSON.parse(await run(...words, '--json', '-', '--quiet')).policies;
    const { values } = parseSpecification(earlier, policyKinds);
    expect(trials[0].parameters).toMatchObject(values);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('tune takes several rules, and several fleets', async () => {
  const text = await run(
    ...['--trace', trace, '--fleet', '5', '10', '--policy', 'mixed', 'percentile'],
    ...['--budget', '2', '--json', '-', '--quiet'],
  );
  const told = JSON.parse(text);
  expect(told.policies.map((one: { policy: string }) => one.policy)).toEqual(['mixed', 'percentile']);
  expect(told.traces).toHaveLength(2);
});

test('tune gives several fleets to the traces in turn, if so wished', async () => {
  const traces = ['synthetic:hours=1,seed=1', 'synthetic:hours=1,seed=2', 'synthetic:hours=1,seed=3'];
  const asked = ['--policy', 'mixed', '--budget', '1', '--json', '-', '--quiet', '--in-turn'];
  const told = JSON.parse(await run('--trace', ...traces, '--fleet', '5', '10', ...asked));
  const [first, second, third] = told.traces.map((name: string) => Number(/-x([0-9.]+)$/.exec(name)![1]));
  expect(second / first).toBeCloseTo(2, 2);
  expect(third).toBe(first);
  await expect(run('--trace', ...traces, '--fleet', '5', ...asked)).rejects.toThrow('--in-turn');
});
