import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { status } from '../../cli/status.ts';
import { openJournal } from '../../controller/journal/journal.ts';
import type { JournalEntry } from '../../controller/journal/journal-entry.ts';
import { readJournal } from '../../controller/journal/read-journal.ts';
import { runLoop } from '../../controller/loop.ts';
import { unpacedScheduler } from '../../controller/scheduler.ts';
import { actionOf, FakeClock, FakeEnvironment, FakeJournal, policyOf, profile, silent } from '../controller/fakes.ts';

let folder = '';
let entry: JournalEntry;
const now = new Date('2026-03-02T12:00:00Z');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-status-'));
  const journal = new FakeJournal();
  await runLoop({
    ...{ runId: 'run', profile, environment: new FakeEnvironment(), incumbent: null, journal, logger: silent },
    ...{ policy: policyOf('watched', actionOf(4)), clock: new FakeClock(), scheduler: unpacedScheduler },
    pace: { decisionSeconds: 60, speed: Infinity, decisions: 1 },
    stop: new AbortController().signal,
  });
  entry = journal.entries[0]!;
});
afterAll(() => rm(folder, { recursive: true }));

/** Decisions of two services, minutes before now, and one that was missed after the last. */
async function journalOf(name: string): Promise<string> {
  const path = join(folder, name);
  const journal = await openJournal(path, { fsync: false, rotation: { mostBytes: 3000, keep: 100 } });
  const at = (minutes: number) => new Date(now.getTime() - 60_000 * minutes).toISOString();
  for (const [number, minutes] of [2000, 600, 30, 3].entries()) {
    await journal.append({ ...entry, service: 'alpha', id: `run/alpha/${number}`, at: at(minutes) });
  }
  const because = 'Arrivals are absent: the last action is held.';
  const decidedBy = { rung: 'hold', because } as const;
  await journal.append({ ...entry, service: 'beta', id: 'run/beta/1', at: at(2), decidedBy, held: because });
  const missed = { kind: 'missed', id: 'run/beta/2', service: 'beta', mode: 'live', said: 'No answer.' } as const;
  await journal.append({ ...missed, at: at(1) });
  await journal.close();
  return path;
}

describe('spillway status', () => {
  test('reads past a line that lacks a field, or has something else in its place', async () => {
    const path = join(folder, 'edited.jsonl');
    const others = [undefined, null, 7, 'seven', [], {}];
    const lines = Object.keys(entry).flatMap((field) => others.map((other) => ({ ...entry, [field]: other })));
    for (const line of [...lines, null, [], 7, { kind: 'decision' }, { kind: 'missed' }, { kind: 'of tomorrow' }]) {
      await writeFile(path, [entry, line, entry].map((one) => `${JSON.stringify(one)}\n`).join(''));
      const content = await readJournal(path);
      expect(content.entries.filter((one) => one.id === entry.id).length).toBeGreaterThanOrEqual(2);
      await expect(status({ journal: path }, now)).resolves.toContain(entry.id);
      await writeFile(path, `${JSON.stringify(entry)}\n${JSON.stringify(line)}\n`);
      await expect(status({ journal: path }, now)).resolves.toContain('last decided');
    }
  });

  test('of a service that was never decided for says why', async () => {
    const path = join(folder, 'missed.jsonl');
    const missed = { kind: 'missed', id: 'run/1', at: entry.at, service: 'beta', mode: 'live', said: 'No answer.' };
    await writeFile(path, `${JSON.stringify(missed)}\n`);
    await expect(status({ journal: path }, now)).rejects.toThrow(
      /holds no decision; the newest was missed: No answer\./,
    );
  });

  test('tells of each service who decides, the fleet, why, and how the last hour and day went', async () => {
    const text = await status({ journal: await journalOf('two.jsonl') }, now);
    expect(text).toBe(`alpha: live, last decided 3 min ago by the policy watched
  fleet      4+0 VMs wanted, 2+1 ready, 1+0 booting; variant middle, Lambda with 1024 MB
  reason     watched said so
  metrics    the oldest is 60 s old; 20 requests/s
  last hour  80.00 % of 20 in time, $2.0000, 2 decisions
  last day   80.00 % of 30 in time, $3.0000, 3 decisions
  decision   run/alpha/3

beta: live, last decided 2 min ago by nobody: what is in force is held
  missed     60 s ago: No answer.
  fleet      4+0 VMs wanted, 2+1 ready, 1+0 booting; variant middle, Lambda with 1024 MB
  reason     watched said so
  held       Arrivals are absent: the last action is held.
  metrics    the oldest is 60 s old; 20 requests/s
  last hour  80.00 % of 10 in time, $1.0000, 1 decision, 1 missed
  last day   80.00 % of 10 in time, $1.0000, 1 decision, 1 missed
  decision   run/beta/1
`);
  });

  test('does not leave out a service for which no decision could be made, beside others', async () => {
    const path = await journalOf('undecided.jsonl');
    const journal = await openJournal(path, { fsync: false });
    const at = new Date(now.getTime() - 60_000).toISOString();
    await journal.append({ kind: 'missed', id: 'run/gamma/1', at, service: 'gamma', mode: 'live', said: 'No group.' });
    await journal.close();
    const text = await status({ journal: path }, now);
    expect(text).toContain('\ngamma: live, no decision yet\n  missed  60 s ago: No group.\n');
    const { undecided } = JSON.parse(await status({ journal: path, json: true }, now));
    expect(undecided).toMatchObject([{ service: 'gamma', said: 'No group.' }]);
  });

  test('adds the newest day up, however many days are before it', async () => {
    const path = join(folder, 'days.jsonl');
    const lines = Array.from({ length: 7000 }, (_, minute) => ({
      ...{ ...entry, id: `run/${minute}`, timeSeconds: 60 * minute },
      at: new Date(now.getTime() - 60_000 * (7000 - minute)).toISOString(),
    }));
    await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const text = await status({ journal: path }, now);
    expect(text).toContain('last hour  80.00 % of 600 in time, $60.0000, 60 decisions\n');
    expect(text).toContain('last day   80.00 % of 14400 in time, $1440.0000, 1440 decisions\n');
  });

  test('in a simulation that runs faster than the clock, hours and days are those of the simulation', async () => {
    const path = join(folder, 'fast.jsonl');
    const journal = await openJournal(path, { fsync: false });
    const at = (seconds: number) => new Date(now.getTime() - 1000 * seconds).toISOString();
    await journal.append({ ...entry, id: 'before/1', at: at(10), timeSeconds: 100_000 });
    for (const hour of [0, 20, 23.5, 24, 24.5]) {
      await journal.append({ ...entry, id: `run/${hour}`, at: at(5), timeSeconds: 3600 * hour });
    }
    await journal.close();
    const text = await status({ journal: path }, now);
    expect(text).toContain('last hour  80.00 % of 30 in time, $3.0000, 3 decisions\n');
  });

  test('asks the health page, and says the same as data', async () => {
    const server = createServer((request, response) => {
      const isReady = request.url === '/healthz';
      response.writeHead(isReady ? 200 : 503).end(isReady ? 'ok\n' : 'beta: hold (Arrivals are absent.)\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const health = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const journal = await journalOf('asked.jsonl');
    expect(await status({ journal, health }, now)).toMatch(
      /: alive, not ready\n {2}beta: hold \(Arrivals are absent.\)\n$/,
    );
    const told = JSON.parse(await status({ journal, health, json: true }, now));
    expect(told.health).toEqual({
      address: health,
      isAlive: true,
      isReady: false,
      said: [expect.stringContaining('beta')],
    });
    expect(told.services).toMatchObject([
      { service: 'alpha', rung: 'policy' },
      { service: 'beta', rung: 'hold' },
    ]);
    server.close();
    server.closeAllConnections();
    expect(await status({ journal, health }, now)).toContain('does not answer');
  });

  test('refuses what it cannot read, in a sentence', async () => {
    await expect(status({ journal: join(folder, 'nowhere') }, now)).rejects.toThrow(/nowhere: is not there/);
    await expect(status({ journal: folder }, now)).rejects.toThrow(/is a folder/);
    await writeFile(join(folder, 'other.json'), '5\nnull\n{"a": 1}\n');
    await expect(status({ journal: join(folder, 'other.json') }, now)).rejects.toThrow(/holds no decision/);
    await writeFile(join(folder, 'empty.jsonl'), '');
    await expect(status({ journal: join(folder, 'empty.jsonl') }, now)).rejects.toThrow(/holds no decision/);
    const journal = await journalOf('address.jsonl');
    await expect(status({ journal, health: 'file:///etc/passwd' }, now)).rejects.toThrow(/--health file/);
  });
});
