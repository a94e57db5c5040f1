import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Figure } from './figure.ts';

const run = promisify(execFile);
const trace = '../shared/traces/twitter_2021-08_day05_1s.csv';
/** The day has 65 requests per second on average. */
const scale = 3.08;
const policies = 'static,reactive,util-aware,exascale,mixed,paragon';

/** Six policies on one real day at a mean of 200 requests per second, request by request, through the built command. */
export async function benchEvaluate(): Promise<Figure> {
  const figure = { name: 'evaluate, six policies, one day at 200 req/s', unit: 's', goal: { atMost: 60 } };
  if (!existsSync(trace)) return { ...figure, value: null, note: `skipped: no ${trace}` };
  const options = ['--service', 'examples/image-classifier.yaml', '--trace', trace, '--scale', `${scale}`];
  const start = performance.now();
  await run(process.execPath, [
    'dist/cli/spillway.js',
    'evaluate',
    ...options,
    '--policies',
    policies,
    '--seeds',
    '1',
    '--quiet',
  ]);
  return { ...figure, value: (performance.now() - start) / 1000 };
}
