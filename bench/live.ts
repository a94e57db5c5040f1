import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Figure } from './figure.ts';

const program = ['dist/cli/spillway.js'];
const deployment = 'examples/aws/image-classifier.yaml';

/** Ticks of the controller and the twin that it rehearses with, each a process of its own, as in a rehearsal by hand. */
export async function benchLive(hours = 24): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
  const twin = run([
    'twin',
    '--deployment',
    deployment,
    '--trace',
    `diurnal:mean=60,hours=${hours},seed=1`,
    '--stepped',
    '--port',
    '0',
  ]);
  try {
    const address = await addressOf(twin);
    const controller = run([
      ...['run', '--env', 'aws', '--deployment', deployment, '--rehearsal', address, '--mode', 'live', '--quiet'],
      ...['--policy', 'ppo:checkpoints/default', '--fallback', 'percentile', '--decisions', `${60 * hours}`],
      ...['--journal', join(folder, 'journal.jsonl')],
    ]);
    const start = performance.now();
    const memory = watchMemory(controller);
    await ended(controller);
    const seconds = (performance.now() - start) / 1000;
    return [
      {
        name: `${hours} h of ticks of one service against the twin, two processes`,
        value: seconds,
        unit: 's',
        goal: { atMost: (60 * hours) / 24 },
      },
      ...memory(hours),
    ];
  } finally {
    twin.kill();
    await rm(folder, { recursive: true });
  }
}

/** @param ofNode options of Node.js itself */
export function run(options: readonly string[], ofNode: readonly string[] = []): ChildProcess {
  return spawn(process.execPath, [...ofNode, ...program, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** What the twin says when it listens. */
export async function addressOf(twin: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: twin.stdout! })) {
    const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (address === undefined) continue;
    twin.stdout!.resume();
    return address;
  }
  throw new Error('the twin ended before it listened');
}

export function ended(child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr!.on('data', (chunk) => {
    said += chunk;
  });
  child.stdout!.resume();
  return new Promise((resolve, reject) =>
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`the controller ended with ${code}: ${said}`)),
    ),
  );
}

/** Resident memory by Linux' count, once a second; where there is none, nothing is measured. */
function watchMemory({ pid }: ChildProcess): (hours: number) => Figure[] {
  const megabytes: number[] = [];
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(status) ?? [];
    if (kilobytes !== undefined) megabytes.push(Number(kilobytes) / 1024);
  }, 1000);
  return (hours) => {
    clearInterval(timer);
    const half = megabytes.slice(Math.floor(megabytes.length / 2));
    const quarter = megabytes.slice(Math.floor(megabytes.length / 4), Math.floor(megabytes.length / 2));
    const note = 'not measured: no /proc here';
    const most = megabytes.length === 0 ? null : Math.max(...megabytes);
    const growth = quarter.length === 0 || half.length === 0 ? null : Math.max(...half) / Math.max(...quarter);
    return [
      {
        name: `resident memory of the controller over ${hours} h, most`,
        value: most,
        unit: 'MB',
        goal: { atMost: 250 },
        note,
      },
      { name: 'the same, second half over second quarter', value: growth, unit: '', goal: { atMost: 1.1 }, note },
    ];
  };
}
