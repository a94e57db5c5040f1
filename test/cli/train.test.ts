import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trainingDefaults } from '../../agent/training-options.ts';
import { exitCodeOf } from '../../cli/exit.ts';
import { registerTrain } from '../../cli/train.ts';
import { planTraining, type TrainFlags } from '../../cli/train-plan.ts';
import type { Workload } from '../../env/types.ts';
import { durationSeconds } from '../../env/workload/duration.ts';
import { readWorkload } from '../../env/workload/reference.ts';
import { examplePrices, exampleProfile } from '../policies/example-service.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-train-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command as a user would: it must fail before it trains. */
async function call(...argv: string[]): Promise<{ code: number; errors: string }> {
  let errors = '';
  const tell = (text: string) => {
    errors += text;
  };
  const program = new Command('spillway')
    .configureOutput({ writeErr: tell, outputError: (text) => tell(`${text.trim().replaceAll('\n', ' ')}\n`) })
    .exitOverride();
  registerTrain(program);
  for (const command of program.commands) command.copyInheritedSettings(program);
  const code = await exitCodeOf(program, ['train', ...argv], tell);
  return { code, errors };
}

const service = ['--service', 'examples/image-classifier.yaml'];
const hour = 'constant:mean=10,hours=1';

describe('spillway train refuses with exit code 2, in one sentence, having written nothing', () => {
  const cases: [string, string[], RegExp][] = [
    ['no service', [], /required option '--service <file>' not specified/],
    ['a service that is not there', ['--service', './nowhere.yaml'], /nowhere\.yaml/],
    ['the live cloud', [...service, '--env', 'aws'], /--env aws: training runs against the simulator only/],
    ['an unknown environment', [...service, '--env', 'moon'], /Allowed choices are sim, aws/],
    ['an unknown backend', [...service, '--backend', 'abacus'], /Allowed choices are auto, .*wasm, cpu/],
    [
      'a backend whose package is missing',
      [...service, '--trace', hour, '--backend', 'tensorflow'],
      /Backend tensorflow .*npm install/,
    ],
    ['half a step', [...service, '--steps', '0.5'], /--steps 0.5: must be a whole number/],
    ['fewer than no steps of services', [...service, '--service-steps', '-1'], /--service-steps -1: must be/],
    ['a lesson too few', [...service, '--lessons', '-1'], /--lessons -1: must be a whole number of at least 0/],
    ['a seed that is none', [...service, '--seed', 'dice'], /--seed dice: must be a whole number/],
    ['an unknown flag', [...service, '--step', '1'], /unknown option '--step' \(Did you mean --steps\?\)/],
    ['a trace that is not there', [...service, '--trace', './nowhere.csv'], /nowhere\.csv/],
    ['a trace that is too short', [...service, '--trace', 'constant:hours=0.9'], /3240 s, but .* at least 60 decision/],
    ['a trace without a request', [...service, '--trace', 'constant:mean=0,hours=1'], /holds no request to learn from/],
    [
      'a validation that is too short',
      [...service, '--trace', hour, '--validate', 'constant:hours=0.1'],
      /--validate constant.*: lasts 360 s, but .* at least 20 decision intervals/,
    ],
    [
      'a generator of nothing known',
      [...service, '--trace', hour, '--validate', 'weekly'],
      /no trace and no generator/,
    ],
    ['a duration of no known unit', [...service, '--trace', hour, '--duration', '3w'], /--duration 3w: not a duration/],
    [
      'an agent to begin with that is not there',
      [...service, '--from', './nowhere'],
      /There is no checkpoint in \.?\/?nowhere/,
    ],
    [
      'lessons for an agent that has had them',
      [...service, '--from', 'checkpoints/default', '--lessons', '2'],
      /--lessons 2: an agent that training begins with .* has had its lessons/,
    ],
    [
      'the ranges of an agent that was trained otherwise',
      [...service, '--trace', hour, '--ranges-of', 'checkpoints/default'],
      /--ranges-of checkpoints\/default: it was trained for image-classifier, rho-1-4, .* repeat the options of its training/,
    ],
    ['nothing to resume', [...service, '--trace', hour, '--resume'], /There is no checkpoint in .*latest/],
  ];
  test.each(cases)('%s', async (name, flags, sentence) => {
    const out = join(folder, name.replaceAll(' ', '-'));
    const answer = await call(...flags, '--out', out);
    expect(answer.errors).toMatch(sentence);
    expect(answer.errors).toMatch(/^error: [^\n]+\n$/);
    expect(answer.code).toBe(2);
    expect(existsSync(out)).toBe(false);
  });

  test('a trace that is no trace', async () => {
    const path = join(folder, 'letters.csv');
    await writeFile(path, 'dear,reader\nhello,there\n');
    const answer = await call(...service, '--trace', path, '--out', join(folder, 'letters'));
    expect(answer).toMatchObject({ code: 2, errors: expect.stringContaining('letters.csv') });
    expect(existsSync(join(folder, 'letters'))).toBe(false);
  });

  test.each(['latest', '.latest.previous'])('a folder that holds a run already (%s)', async (place) => {
    const out = join(folder, place, 'taken');
    await mkdir(join(out, place), { recursive: true });
    const answer = await call(...service, '--trace', hour, '--out', out);
    expect(answer.errors).toMatch(/--out .*taken holds a training run already: go on with it by --resume/);
    expect(answer.code).toBe(2);
    expect(await readdir(out)).toEqual([place]);
  });

  test.each(['', 'checkpoint'])('a folder that holds a trained agent already (%j)', async (place) => {
    const out = join(folder, `agent-${place}`);
    await mkdir(join(out, place), { recursive: true });
    await writeFile(join(out, place, 'manifest.json'), '{}');
    const answer = await call(...service, '--trace', hour, '--out', out);
    expect(answer).toMatchObject({ code: 2, errors: expect.stringContaining('holds a trained agent already') });
    expect(existsSync(join(out, 'events'))).toBe(false);
  });

  test('a place that is a file', async () => {
    const out = join(folder, 'file');
    await writeFile(out, 'something');
    const answer = await call(...service, '--trace', hour, '--out', out);
    expect(answer).toMatchObject({ code: 2, errors: expect.stringMatching(/--out .*file: .* is not a folder/) });
  });
});

describe('the plan of a training run', () => {
  const parts = {
    profile: async () => exampleProfile,
    prices: async () => examplePrices,
    workload: ({ reference, ...part }: { readonly reference: string }) => readWorkload(reference, part),
  };
  const flags: TrainFlags = { env: 'sim', service: 's', steps: 10, serviceSteps: 20, seed: 3, backend: 'wasm' };
  const plan = (more: Partial<TrainFlags> = {}) => planTraining({ ...flags, ...more }, parts);
  const day = 'diurnal:mean=60,hours=8,noise=0.2,seed=1';

  test('learns from the first three quarters of a trace, and validates on what is left: nothing twice, nothing lost', async () => {
    const whole = await readWorkload(day);
    const { training, validation } = (await plan({ trace: [day] })).options;
    expect(training).toHaveLength(1);
    expect(durationSeconds(training[0]!)).toBe(6 * 3600);
    expect([...training[0]!.requests, ...validation[0]!.requests]).toEqual([...whole.requests]);
  });

  test('cuts traces of any step on an edge of their bins and of the decisions', async () => {
    for (const [stepSeconds, bins] of [
      [1, 3700],
      [45, 200],
      [300, 13],
      [3600, 30],
    ] as const) {
      const given: Workload = {
        name: 'given',
        stepSeconds,
        requests: new Float64Array(bins).fill(5 * stepSeconds),
        counted: false,
      };
      const { options } = await planTraining({ ...flags, trace: ['x'] }, { ...parts, workload: async () => given });
      const [training, validation] = [options.training[0]!, options.validation[0]!].map(durationSeconds);
      expect([training! % 60, validation! % 60, training! % stepSeconds, validation! % stepSeconds]).toEqual([
        0, 0, 0, 0,
      ]);
      expect(training! + validation!).toBeLessThanOrEqual(bins * stepSeconds);
      expect(training! / (bins * stepSeconds)).toBeGreaterThan(0.6);
    }
  });

  test('refuses a rate for an end of a trace in which nothing comes: no scale makes one of it', async () => {
    const requests = new Float64Array(7200).fill(5, 0, 3600);
    const given: Workload = { name: 'given', stepSeconds: 1, requests, counted: false };
    const around = { ...parts, workload: async () => given };
    await expect(planTraining({ ...flags, trace: ['x'], rate: [5] }, around)).rejects.toThrow(
      /--rate: given@5400\+1800, .* holds no request that could be scaled/,
    );
  });

  test('learns from whole traces where others are given to validate on, of which a day is enough', async () => {
    const other = 'diurnal:mean=60,hours=30,seed=2';
    const { training, validation } = (await plan({ trace: [day], validate: [other, hour] })).options;
    expect(training.map(durationSeconds)).toEqual([8 * 3600]);
    expect(validation.map(durationSeconds)).toEqual([24 * 3600, 3600]);
  });

  test('without a trace learns from synthetic demand alone, and validates on some', async () => {
    const { training, validation } = (await plan()).options;
    expect(training).toEqual([]);
    expect(validation.length).toBeGreaterThanOrEqual(3);
    expect(new Set(validation.map((one) => one.name)).size).toBe(validation.length);
  });

  test('takes the part and the scale that are asked for', async () => {
    const { training } = (await plan({ trace: [day], scale: 2, start: '1h', duration: '4h' })).options;
    const whole = await readWorkload(day);
    expect(training[0]!.requests).toHaveLength((3 * 3600) / whole.stepSeconds);
    expect(training[0]!.requests[0]).toBe(2 * whole.requests[3600 / whole.stepSeconds]!);
  });

  test('takes steps, lessons and seed from the flags, and everything else from the defaults', async () => {
    const { options } = await plan({ trace: [day], lessons: 2 });
    expect(options).toMatchObject({ seed: 3, lessons: 2, levelSteps: 10, serviceSteps: 20 });
    expect(options.levelHyperparameters).toBe(trainingDefaults.levelHyperparameters);
    expect((await plan()).options.lessons).toBe(trainingDefaults.lessons);
  });

  test('adapts an agent for fleets such as the traces need, without lessons, and remembers with which it began', async () => {
    const { options, fingerprint } = await plan({ trace: [day], from: 'checkpoints/default', steps: 7 });
    expect(options).toMatchObject({
      lessons: 0,
      levelSteps: 7,
      from: { name: 'image-classifier-1', pools: ['cpu', 'gpu'] },
    });
    const [least, most] = options.meanVms;
    expect(least).toBeLessThan(6); // 60 requests per second keep 6 VMs busy
    expect(most).toBeGreaterThan(6);
    expect(most / least).toBeLessThan(5);
    expect(fingerprint).not.toBe((await plan({ trace: [day], steps: 7 })).fingerprint);
  });

  test('has a fingerprint: the same for what can be resumed, another for anything that is learnt otherwise', async () => {
    const { fingerprint } = await plan({ trace: [day] });
    const same = [{}, { out: 'elsewhere' }, { resume: true }, { quiet: true }, { backend: 'cpu' }];
    for (const more of same) expect((await plan({ trace: [day], ...more })).fingerprint).toBe(fingerprint);
    const others = [
      { trace: [hour] },
      { trace: [day, hour] },
      { validate: [hour] },
      { scale: 2 },
      { seed: 4 },
      { steps: 11 },
      { serviceSteps: 21 },
      { lessons: 1 },
    ];
    for (const more of others) {
      expect((await plan({ trace: [day], ...more })).fingerprint, JSON.stringify(more)).not.toBe(fingerprint);
    }
    const slower = { ...parts, profile: async () => ({ ...exampleProfile, serviceCv: 0.5 }) };
    expect((await planTraining({ ...flags, trace: [day] }, slower)).fingerprint).not.toBe(fingerprint);
  });
});
