import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { registerTune } from '../../cli/tune.ts';
import { InputProblem } from '../../env/problem.ts';
import { openSimulator } from '../../env/sim/open.ts';
import { readWorkload } from '../../env/workload/reference.ts';
import { createPolicy } from '../../policies/registry.ts';
import { examplePrices, exampleProfile } from '../policies/example-service.ts';

const trace = 'diurnal:mean=60,hours=1,seed=1';

async function run(...words: string[]): Promise<string> {
  const output = new PassThrough();
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  registerTune(program, {
    parts: async () => ({
      profile: async () => exampleProfile,
      prices: async () => examplePrices,
      workload: ({ reference, ...part }) => readWorkload(reference, part),
      simulator: openSimulator,
    }),
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
  expect(text).toMatch(/\$ \/ bound/);
  expect(text).toMatch(/8 settings tried on /);
  const last = text.trim().split('\n').at(-1)!;
  expect(createPolicy(last, exampleProfile, examplePrices).name).toBe(last);
});

test('tune prints the same for the same seed, and JSON on demand', async () => {
  const words = ['--trace', trace, '--policy', 'percentile', '--budget', '6', '--seed', '3', '--quiet', '--json', '-'];
  const text = await run(...words);
  expect(await run(...words)).toBe(text);
  const told = JSON.parse(text);
  expect(told).toMatchObject({ version: 1, policy: 'percentile', budget: 6, seed: 3, fidelity: 'fluid' });
  expect(told.trials).toHaveLength(6);
  expect(told.trials[0].specification).toBe(told.best);
});

test.each([
  [['--trace', trace, '--policy', 'mixd'], /unknown policy "mixd".*did you mean "mixed"/],
  [['--trace', trace, '--policy', 'mixed:margin=2'], /name the rule alone \(mixed\)/],
  [['--trace', trace, '--policy', 'mixed', '--fidelity', 'exact'], /--fidelity exact: must be fluid/],
  [['--trace', trace, '--policy', 'mixed', '--budget', '0'], /--budget 0: must be a whole number of at least 1/],
  [['--trace', trace, '--policy', 'mixed', '--warm-up', '2h'], /lasts 3600 s, but a warm-up of 7200 s .* need 7260 s/],
])('tune %j is refused in a sentence', async (words, message) => {
  await expect(run(...words, '--quiet')).rejects.toThrow(InputProblem);
  await expect(run(...words, '--quiet')).rejects.toThrow(message);
});
