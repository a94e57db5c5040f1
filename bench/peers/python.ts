import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Measurement } from './measurement.ts';

const folder = 'runs/peers';
const python = `${folder}/bin/python`;
const requirements = 'bench/peers/requirements.txt';

/** Makes the virtual environment with the peers in runs/peers, once; a sentence where that is not possible here. */
export function missingPeers(): string | null {
  if (existsSync(`${folder}/installed`)) return null;
  try {
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'pipe' });
  } catch {
    return 'No peers are run: there is no python3 with venv here.';
  }
  try {
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements], { stdio: 'pipe' });
    execFileSync('touch', [`${folder}/installed`]);
  } catch {
    return `No peers are run: pip could not install ${requirements}.`;
  }
  return null;
}

/** One run of a script of bench/peers, which prints its measurement as JSON. */
export function measurePython(script: string, values: readonly (string | number)[]): Measurement {
  const printed = execFileSync(python, [`bench/peers/${script}`, ...values.map(String)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(printed.trim().split('\n').at(-1)!) as Measurement;
}
