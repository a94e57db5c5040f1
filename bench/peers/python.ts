import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Measurement } from './measurement.ts';

/** What is compared with, each in a virtual environment of its own. */
const environments = {
  queues: { folder: 'runs/peers', requirements: 'bench/peers/requirements.txt' },
  learning: { folder: 'runs/peers-learning', requirements: 'bench/peers/requirements-learning.txt' },
} as const;

/** Makes the virtual environment with the peers in runs, once; a sentence where that is not possible here. */
export function missingPeers(name: keyof typeof environments): string | null {
  const { folder, requirements } = environments[name];
  if (existsSync(`${folder}/installed`)) return null;
  try {
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'pipe' });
  } catch {
    return 'No peers are run: there is no python3 with venv here.';
  }
  try {
    execFileSync(`${folder}/bin/python`, ['-m', 'pip', 'install', '--quiet', '-r', requirements], { stdio: 'pipe' });
    execFileSync('touch', [`${folder}/installed`]);
  } catch {
    return `No peers are run: pip could not install ${requirements}.`;
  }
  return null;
}

/** One run of a script of bench/peers, which prints its measurement as JSON. */
export function measurePython(script: string, values: readonly (string | number)[]): Measurement {
  return JSON.parse(runPython('queues', script, values)) as Measurement;
}

/** The last line that a script of bench/peers prints. */
export function runPython(
  name: keyof typeof environments,
  script: string,
  values: readonly (string | number)[],
): string {
  const { folder } = environments[name];
  const printed = execFileSync(`${folder}/bin/python`, [`bench/peers/${script}`, ...values.map(String)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return printed.trim().split('\n').at(-1)!;
}
