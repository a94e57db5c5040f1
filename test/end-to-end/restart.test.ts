import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type JournalContent, readJournal } from '../../controller/journal/read-journal.ts';
import type { Twin } from '../../env/twin/twin.ts';
import { openExample } from '../env/twin/open.ts';
import { buildIfStale } from './spillway.ts';

const cli = fileURLToPath(new URL('../../dist/cli/spillway.js', import.meta.url));

let folder = '';
let twin: Twin;
let journal = '';

/** The real command in a process of its own, live on a stepped twin, with its lease in a file. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-restart-'));
  journal = join(folder, 'journal.jsonl');
  const text = (await readFile('examples/aws/weighted-classifier.yaml', 'utf8'))
    .replace('../weighted-classifier.yaml', resolve('examples/weighted-classifier.yaml'))
    .replace(/^lease:.*$/m, `lease: { file: ${join(folder, 'lease')}, seconds: 3600 }`);
  await writeFile(join(folder, 'deployment.yaml'), text);
  twin = await openExample('weighted-classifier', { initialVms: [4] });
  await buildIfStale();
}, 240_000);
afterAll(async () => {
  await twin.close();
  await rm(folder, { recursive: true });
});

async function leaseEndsAt(): Promise<number> {
  const tokens = (await readdir(folder)).flatMap((name) => /^lease\.\S*?(\d+)$/.exec(name)?.[1] ?? []);
  const newest = Math.max(...tokens.map(Number));
  const file = (await readdir(folder)).find((name) => name.startsWith('lease.') && name.endsWith(`.${newest}`))!;
  return Date.parse((JSON.parse(await readFile(join(folder, file), 'utf8')) as { until: string }).until);
}

function begin(...more: string[]): ChildProcess {
  const options = ['--env', 'aws', '--mode', 'live', '--policy', 'reactive', '--journal', journal];
  const where = ['--deployment', join(folder, 'deployment.yaml'), '--rehearsal', twin.url];
  const args = [cli, 'run', ...options, ...where, '--quiet', ...more];
  return spawn(process.execPath, args, { stdio: 'ignore' });
}

const written = (): Promise<JournalContent | null> => readJournal(journal).catch(() => null);

async function untilDecided(decisions: number): Promise<void> {
  while (((await written())?.entries.length ?? 0) < decisions) await pause(20);
}

test('killed at any moment it leaves its intents, and the next one takes over at once and begins without a cut', async () => {
  const killed = begin();
  await untilDecided(8);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  const before = (await written())!;
  const next = begin('--decisions', '3');
  expect(await once(next, 'exit')).toEqual([0, null]);
  const { entries, brokenLines } = (await written())!;
  const own = entries.slice(before.entries.length);
  expect(own.map(({ decidedBy }) => decidedBy.rung === 'standby')).toEqual([false, false, false]);
  const [first] = own;
  const [pool] = first!.observation.pools;
  expect(first!.applied.vmCounts[0]).toBeGreaterThanOrEqual(pool!.ready + pool!.booting);
  expect(brokenLines.length).toBeLessThanOrEqual(1);
}, 60_000);

test('told to stop it ends well within 20 s, with every intent in a decision and the lease given back', async () => {
  const before = (await written())!.entries.length;
  const intentsBefore = (await written())!.intents.length;
  const running = begin();
  await untilDecided(before + 5);
  const asked = performance.now();
  running.kill('SIGTERM');
  expect(await once(running, 'exit')).toEqual([0, null]);
  expect(performance.now() - asked).toBeLessThan(20_000);
  const { entries, intents } = (await written())!;
  const decided = new Set(entries.map(({ id }) => id));
  expect(intents.slice(intentsBefore).every(({ id }) => decided.has(id))).toBe(true);
  expect(await leaseEndsAt()).toBe(0);
}, 60_000);

test('whose log nobody reads any more it ends as if told to stop', async () => {
  const before = (await written())!.entries.length;
  const options = ['--env', 'aws', '--mode', 'live', '--policy', 'reactive', '--journal', journal];
  const where = ['--deployment', join(folder, 'deployment.yaml'), '--rehearsal', twin.url];
  const running = spawn(process.execPath, [cli, 'run', ...options, ...where], { stdio: ['ignore', 'pipe', 'pipe'] });
  await untilDecided(before + 2);
  expect(await leaseEndsAt()).toBeGreaterThan(0);
  running.stdout.destroy();
  running.stderr.destroy();
  expect(await once(running, 'exit')).toEqual([0, null]);
  expect(await leaseEndsAt()).toBe(0);
}, 60_000);

test.skipIf(!existsSync('/dev/full'))(
  'whose log the disk does not take it ends so too, and says why (skipped where there is no /dev/full)',
  async () => {
    const full = await open('/dev/full', 'w');
    const run = ['--env', 'aws', '--mode', 'live', '--policy', 'reactive', '--journal', journal];
    const where = ['--deployment', join(folder, 'deployment.yaml'), '--rehearsal', twin.url];
    const running = spawn(process.execPath, [cli, 'run', ...run, ...where], { stdio: ['ignore', full.fd, 'pipe'] });
    let said = '';
    running.stderr!.on('data', (chunk) => {
      said += chunk;
    });
    expect(await once(running, 'close')).toEqual([1, null]);
    await full.close();
    expect(said).toMatch(/^error: the output cannot be written \(ENOSPC.*\)\.\n$/);
    expect(await leaseEndsAt()).toBe(0);
  },
  60_000,
);
