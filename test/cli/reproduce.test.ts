import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import picocolors from 'picocolors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { papersFolder, type ReproduceOptions, runReproduce } from '../../cli/reproduce.ts';
import type { Experiment } from '../../studies/experiment.ts';
import { points, value, within } from '../../studies/figure.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-reproduce-'));
});
afterAll(() => rm(folder, { recursive: true }));

const toy: Experiment = {
  name: 'toy-queue',
  title: 'A line <b>and</b> its length',
  source: 'A paper',
  steps: 2,
  run: async ({ told, seed }) => {
    told('first');
    told('second');
    return {
      assumptions: ['The rate is assumed.'],
      fits: [{ parameter: 'service time', value: 12.3456, unit: 'ms', to: 'the length' }],
      figures: [
        { name: 'length', unit: 'count', paper: value(10), ours: 10, role: 'calibrated', tolerance: within(0.1) },
        {
          name: 'success',
          unit: 'share',
          paper: value(0.5),
          ours: 0.7 + seed / 1000,
          role: 'predicted',
          tolerance: points(8),
          open: 'The timeout is not given.',
        },
        { name: 'rate', unit: 'factor', paper: value(3), ours: 3, role: 'input', tolerance: within(0.1) },
      ],
      sensitivities: [{ parameter: 'timeout', columns: ['success'], rows: [{ value: '60', cells: ['70.1%'] }] }],
    };
  },
};

/** What the command writes. */
async function call(names: readonly string[], options: Partial<ReproduceOptions> = {}) {
  const streams = { output: new PassThrough(), messages: new PassThrough() };
  await runReproduce(
    names,
    { seed: 1, ...options },
    { experiments: [toy], ...streams, paint: picocolors.createColors(false), nowMs: () => 0 },
  );
  const text = (stream: PassThrough) => String(stream.read() ?? '');
  return { output: text(streams.output), messages: text(streams.messages) };
}

test('the table says what the paper says, what comes out, the error, the role, the tolerance and whether it holds', async () => {
  const { output, messages } = await call(['toy']);
  expect(output).toMatch(/length +10 +10 +\+0\.0% +calibrated +10% +yes/);
  expect(output).toMatch(/success +50\.0% +70\.1% +\+20\.1 points +predicted +8 points +NO/);
  expect(output).toMatch(/rate +3 +3 +\+0\.0% +input +- +-/);
  expect(output).toContain('Missed: success. The timeout is not given.');
  expect(output).toContain('Fitted: service time, 12.35 ms, to the length');
  expect(output).toContain('Sensitivity to timeout:');
  expect(output).toContain('Score: 0 of 1 predicted figures hold, 1 of 1 calibrated ones; 1 is an input.');
  expect(messages).toContain('reproducing 100%');
});

test('--quiet shows no progress, and --list runs nothing', async () => {
  expect((await call([], { quiet: true })).messages).toBe('');
  expect(await call([], { list: true })).toEqual({ output: `toy-queue  ${toy.title}\n`, messages: '' });
});

test('--json and --out write the same as data and as a page that needs no network', async () => {
  const json = join(folder, 'figures.json');
  await call([], { json, out: join(folder, 'out'), seed: 4 });
  const read = JSON.parse(await readFile(json, 'utf8'));
  expect(read).toMatchObject({ seed: 4, score: { predicted: { held: 0, of: 1 }, inputs: 1 } });
  expect(read.experiments[0].figures[1]).toMatchObject({ name: 'success', ours: 0.704, holds: false });
  expect(read.experiments[0].figures[2]).toMatchObject({ role: 'input', holds: null, open: null });
  expect(JSON.parse(await readFile(join(folder, 'out', 'reproduce.json'), 'utf8'))).toEqual(read);
  const page = await readFile(join(folder, 'out', 'reproduce.html'), 'utf8');
  expect(page).toContain('A line &lt;b&gt;and&lt;/b&gt; its length');
  expect(page).toContain('The timeout is not given.');
  expect(page).toContain(`default-src 'none'`);
  expect(page.match(/(?:src|href)="|https?:\/\/|url\(/g)).toBeNull();
});

test('--json - keeps the standard output for the data', async () => {
  const { output, messages } = await call([], { json: '-', quiet: true });
  expect(JSON.parse(output).experiments).toHaveLength(1);
  expect(messages).toContain('Score:');
});

describe('wrong input is refused in a sentence before anything runs:', () => {
  test.each([
    [['queue'], {}, /experiment queue: is unknown, but must be one of toy-queue/],
    [[], { traces: 'no/such/folder' }, /--traces no\/such\/folder: is no folder; name the folder of the traces/],
    [[], { json: tmpdir() }, /--json .*: is a folder; name a file/],
  ] as const)('%j %j', async (names, options, sentence) => {
    await expect(call(names, options)).rejects.toThrow(sentence);
  });
});

test('the deployments of the papers are found beside the sources', () => {
  expect(papersFolder()).toMatch(/examples\/papers\/$/);
});
