import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import picocolors from 'picocolors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { evaluate, type Surroundings } from '../../cli/evaluate.ts';
import type { EvaluateOptions } from '../../cli/evaluation-plan.ts';
import { type EvaluationRunner, localRunner } from '../../cli/evaluation-runner.ts';
import type { Parts } from '../../cli/parts.ts';
import { InputProblem } from '../../env/problem.ts';
import { parseEvaluation } from '../../policies/evaluation/json.ts';
import { FakeEnvironment, holding, prices, profile } from '../policies/evaluation/fakes.ts';

let folder: string;
let simulators: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-'));
  simulators = 0;
});
afterEach(() => rm(folder, { recursive: true }));

const parts: Parts = {
  profile: async () => profile,
  prices: async () => prices,
  workload: async ({ reference }) => {
    if (!reference.endsWith('day')) throw new InputProblem(`${reference}: there is no such trace`);
    return { name: 'day', stepSeconds: 60, requests: new Float64Array(30).fill(600), counted: false };
  },
  policy: async (specification) => {
    const vms = Number(/vms=(\d+)/.exec(specification)?.[1] ?? 2);
    if (!specification.startsWith('hold')) throw new InputProblem(`there is no policy ${specification}`);
    return { ...holding(vms), parameters: { vms } };
  },
  simulator: ({ seed }) => {
    simulators++;
    return new FakeEnvironment(seed);
  },
};

class Text extends Writable {
  text = '';
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

function surroundings(change: Partial<Omit<Surroundings, 'output' | 'messages'>> = {}) {
  const texts = { output: new Text(), messages: new Text() };
  return {
    version: '0.1.0',
    parts,
    startThread: null,
    paint: picocolors.createColors(false),
    nowMs: () => 0,
    ...texts,
    ...change,
  };
}

const options = (change: EvaluateOptions = {}): EvaluateOptions => ({
  service: 'toy.yaml',
  trace: ['day'],
  policies: ['hold:vms=3,x=1', 'hold'],
  quiet: true,
  ...change,
});

describe('spillway evaluate', () => {
  test('shows the table also where the disk takes no results', async () => {
    const around = surroundings();
    const out = join(folder, 'report');
    // Checked before, and gone when it is written to: a file in its place.
    const simulator: Parts['simulator'] = (wishes) => {
      writeFileSync(out, '');
      return parts.simulator(wishes);
    };
    const run = evaluate(options({ out, policies: ['hold'] }), { ...around, parts: { ...parts, simulator } });
    await expect(run).rejects.toThrow(/results\.json cannot be written/);
    expect(around.output.text).toMatch(/hold/);
  });

  test('prints the table, and says where results and report lie', async () => {
    const around = surroundings();
    const out = join(folder, 'new', 'report');
    await evaluate(options({ out, json: join(folder, 'r.json') }), around);
    expect(around.output.text).toContain('hold:vms=3,x=1');
    expect(around.output.text).toContain(join(out, 'report.html'));
    expect(await readdir(out)).toEqual(['report.html', 'results.json']);
    const text = await readFile(join(folder, 'r.json'), 'utf8');
    expect(await readFile(join(out, 'results.json'), 'utf8')).toBe(text);
    expect(parseEvaluation(text, 'r.json').results.map((one) => one.seedsUsd.length)).toEqual([5, 5]);
  });

  test('with --json - puts nothing but JSON on the standard output', async () => {
    const around = surroundings();
    await evaluate(options({ json: '-' }), around);
    expect(parseEvaluation(around.output.text, '-').service).toBe('toy');
    expect(around.messages.text).toContain('cheapest');
  });

  test('gives the same results with one runner as with several', async () => {
    const one = await evaluate(options({ jobs: '1' }), surroundings());
    const several = await evaluate(options({ jobs: '4' }), surroundings({ startThread: () => localRunner(parts) }));
    expect(several).toEqual(one);
  });

  test('tells its progress in lines where there is no terminal, and nothing when quiet', async () => {
    let nowMs = 0;
    const around = surroundings({ nowMs: () => (nowMs += 4000) });
    await evaluate(options({ quiet: false }), around);
    expect(around.messages.text).toMatch(/^evaluating 0% after \d+ s \| hold:vms=3,x=1 on day, seed 1\n/);
    expect(around.messages.text).toMatch(/evaluating 100% after \d+ s .*\n$/);
    const quiet = surroundings();
    await evaluate(options(), quiet);
    expect(quiet.messages.text).toBe('');
  });

  test('holds all against the rule that --beside names, and says so', async () => {
    const around = surroundings();
    const dear = 'hold:vms=3,x=1';
    const { bestRule, results } = await evaluate(options({ beside: dear }), around);
    expect(bestRule).toBe(dear);
    expect(results.map((one) => one.overBestRule!.value)).toEqual([1, expect.closeTo(2 / 3, 1)]);
    expect(around.output.text).toContain(`cost over that of ${dear}, as asked`);
    expect((await evaluate(options(), surroundings())).bestRule).toBe('hold');
  });

  test.each(['holding', 'hold:vms=3'])('holds nobody against what is not run: %s', async (beside) => {
    await expect(evaluate(options({ beside }), surroundings())).rejects.toThrow(
      `--beside ${beside}: is no rule of --policies, which has hold:vms=3,x=1, hold`,
    );
    expect(simulators).toBe(0);
  });

  test('keeps a timeline of the first seed only, and only for a report', async () => {
    const asked: boolean[] = [];
    const startThread = (): EvaluationRunner => {
      const local = localRunner(parts);
      return {
        ...local,
        run: (job, tell) => {
          asked.push(job.keepsTimeline);
          return local.run(job, tell);
        },
      };
    };
    await evaluate(options({ policies: ['hold'], jobs: '2' }), surroundings({ startThread }));
    expect(asked).toEqual([false, false, false, false, false]);
    await evaluate(options({ policies: ['hold'], jobs: '2', out: folder }), surroundings({ startThread }));
    expect(asked.slice(5)).toEqual([true, false, false, false, false]);
  });
});

describe('what is known already', () => {
  test('is not run again, and gives the same', async () => {
    const cache = join(folder, 'cache');
    const first = await evaluate(options({ cache }), surroundings());
    expect(simulators).toBe(10);
    const second = await evaluate(options({ cache, seeds: '6' }), surroundings());
    expect(simulators).toBe(12);
    expect(second.results[0]!.seedsUsd.slice(0, 5)).toEqual(first.results[0]!.seedsUsd);
    expect(await evaluate(options({ cache }), surroundings())).toEqual(first);
    expect(simulators).toBe(12);
  });

  test('survives a run that fails', async () => {
    const cache = join(folder, 'cache');
    const failing: Parts = {
      ...parts,
      simulator: (world) => {
        if (world.seed === 3) throw new Error('out of order');
        return parts.simulator(world);
      },
    };
    await expect(evaluate(options({ cache }), surroundings({ parts: failing }))).rejects.toThrow('out of order');
    expect(await readdir(cache)).toHaveLength(2);
  });
});

test('a curve turns every policy but those that know the future, and finds its cost at equal attainment', async () => {
  const seeing: Parts = {
    ...parts,
    policy: async (specification, ...rest) => {
      const policy = await parts.policy(specification.replace('oracle', 'hold'), ...rest);
      return { ...policy, ...(specification === 'oracle' && { foresee: () => {} }) };
    },
  };
  const around = surroundings({ parts: seeing });
  const { results } = await evaluate(options({ policies: ['hold', 'oracle'], seeds: '1', curve: true }), around);
  expect(results.map((one) => [one.kind, one.curve.length])).toEqual([
    ['rule', 11],
    ['clairvoyant', 0],
  ]);
  expect(simulators).toBe(12);
});

test('a tuned file gives parameters to the policies that are named without any', async () => {
  const tuned = join(folder, 'tuned.yaml');
  const head =
    'version: 1\nservice: toy\nserviceHash: none\nfidelity: fluid\ntraces: [wits]\nbudget: 9\nseed: 1\nreserve: 0.3\n';
  await writeFile(tuned, `${head}policies: { hold: { vms: 7 } }\n`);
  const around = surroundings();
  const { results, tuning } = await evaluate(options({ policies: ['hold', 'hold:vms=3'], tuned }), around);
  expect(results.map((one) => [one.policy, one.parameters])).toEqual([
    ['hold', { vms: 7 }],
    ['hold:vms=3', { vms: 3 }],
  ]);
  expect(tuning).toMatchObject({ isSameService: false, budget: 9, traces: ['wits'] });
  expect(around.output.text).toMatch(/^ {2}hold: vms=7$/m);
});

describe('wrong input is refused in a sentence before anything runs or is written', () => {
  const wrong: [string, EvaluateOptions, RegExp][] = [
    ['no service', { service: undefined } as unknown as EvaluateOptions, /--service is missing/],
    ['no trace', { trace: undefined } as unknown as EvaluateOptions, /--trace is missing/],
    ['no policy', { policies: [] }, /--policies is missing/],
    ['an unknown policy', { policies: ['hold', 'hodl'] }, /there is no policy hodl/],
    ['a policy named twice', { policies: ['hold,hold'] }, /hold: is named twice/],
    ['a trace named twice', { trace: ['day', 'day'] }, /day: is named twice/],
    ['an unknown trace', { trace: ['day', 'night'] }, /there is no such trace/],
    ['seeds that are no number', { seeds: 'many' }, /--seeds many: must be a whole number from 1 to 1000/],
    ['no seed', { seeds: '0' }, /--seeds 0/],
    ['half a thread', { jobs: '1.5' }, /--jobs 1\.5/],
    ['an unknown fidelity', { fidelity: 'exact' }, /--fidelity exact: must be request-level/],
    ['a negative scale', { scale: '-2' }, /--scale -2: must be a number above 0/],
    ['a fleet of nobody', { fleet: ['0'] }, /--fleet 0: must be a number above 0/],
    ['a fleet and a scale', { fleet: ['5'], scale: '2' }, /--fleet finds the multiplier/],
    ['at most nothing', { atMost: '0' }, /--at-most 0: must be above 0/],
    ['a tuned file that is missing', { tuned: 'nowhere.yaml' }, /nowhere\.yaml/],
    ['an odd duration', { duration: '3 weeks' }, /--duration 3 weeks: not a duration/],
    ['no duration', { duration: '0' }, /--duration 0: must be above 0/],
    ['a warm-up that leaves nothing', { warmUp: '30m' }, /nothing is left to judge; give a longer trace/],
  ];
  test.each(wrong)('%s', async (_, change, sentence) => {
    const out = join(folder, 'report');
    const attempt = evaluate(options({ ...change, out }), surroundings());
    await expect(attempt).rejects.toThrow(InputProblem);
    await expect(attempt).rejects.toThrow(sentence);
    expect(simulators).toBe(0);
    expect(existsSync(out)).toBe(false);
  });

  test('a place that cannot be written to', async () => {
    await writeFile(join(folder, 'file'), '');
    const refused = (change: EvaluateOptions) => expect(evaluate(options(change), surroundings())).rejects;
    await refused({ out: join(folder, 'file', 'report') }).toThrow(/file is not a folder; name another place/);
    await refused({ json: folder }).toThrow(/is a folder; name a file/);
    expect(simulators).toBe(0);
  });
});

test('a run that fails leaves no file behind', async () => {
  const broken: Parts = {
    ...parts,
    simulator: () => {
      throw new Error('out of order');
    },
  };
  await expect(evaluate(options({ out: folder }), surroundings({ parts: broken }))).rejects.toThrow('out of order');
  expect(await readdir(folder)).toEqual([]);
});
