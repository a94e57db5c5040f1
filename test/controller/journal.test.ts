import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openJournal } from '../../controller/journal/journal.ts';
import type { JournalEntry, JournalLine } from '../../controller/journal/journal-entry.ts';
import { readJournal } from '../../controller/journal/read-journal.ts';
import { scrub } from '../../controller/journal/scrub.ts';
import { seenBefore } from '../../controller/journal/seen-before.ts';
import { openLog } from '../../controller/log.ts';
import { runLoop } from '../../controller/loop.ts';
import { unpacedScheduler } from '../../controller/scheduler.ts';
import { actionOf, FakeClock, FakeEnvironment, FakeJournal, policyOf, profile, silent } from './fakes.ts';

let folder = '';
let entries: readonly JournalEntry[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-journal-'));
  const journal = new FakeJournal();
  await runLoop({
    runId: 'run',
    profile,
    environment: new FakeEnvironment(),
    policy: policyOf('watched', actionOf(4)),
    incumbent: policyOf('incumbent', actionOf(2)),
    journal,
    logger: silent,
    clock: new FakeClock(),
    scheduler: unpacedScheduler,
    pace: { decisionSeconds: 60, speed: Infinity, decisions: 3 },
    stop: new AbortController().signal,
  });
  entries = journal.entries;
});

afterAll(() => rm(folder, { recursive: true }));

async function write(path: string, written: readonly JournalEntry[], fsync = false): Promise<void> {
  const journal = await openJournal(path, { fsync });
  for (const entry of written) await journal.append(entry);
  await journal.close();
}

describe('the journal', () => {
  test('gives back what was appended, over several openings, and makes its folder', async () => {
    const path = join(folder, 'new', 'journal.jsonl');
    await write(path, entries.slice(0, 1));
    await write(path, entries.slice(1), true);
    expect(await readJournal(path)).toMatchObject({ entries, brokenLines: [] });
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(entries.length + 1);
  });

  test('each line is in the file before the next is asked for', async () => {
    const path = join(folder, 'flushed.jsonl');
    const journal = await openJournal(path, { fsync: false });
    for (const [index, entry] of entries.entries()) {
      await journal.append(entry);
      expect((await readJournal(path)).entries).toHaveLength(index + 1);
    }
    await journal.close();
  });

  test('a line that a crash cut short stays, and costs no other line', async () => {
    const path = join(folder, 'crashed.jsonl');
    await write(path, entries.slice(0, 1));
    const half = JSON.stringify(entries[1]).slice(0, 50);
    await appendFile(path, half);
    await write(path, entries.slice(2));
    expect(await readJournal(path)).toMatchObject({ entries: [entries[0], entries[2]], brokenLines: [2] });
    expect((await readFile(path, 'utf8')).split('\n')[1]).toBe(half);
  });

  test('a whole line that only lacks its end is no broken line', async () => {
    const path = join(folder, 'unended.jsonl');
    await writeFile(path, JSON.stringify(entries[0]));
    await write(path, entries.slice(1));
    expect(await readJournal(path)).toMatchObject({ entries, brokenLines: [] });
  });

  test('a place that cannot be written is refused in a sentence', async () => {
    await expect(openJournal(folder, { fsync: false })).rejects.toThrow(/cannot be opened for writing \(EISDIR\)/);
  });

  test.skipIf(!existsSync('/proc/self'))(
    'a place where no folder can be made, as /proc, is refused and not tried for ever (skipped where there is no /proc)',
    async () => {
      await expect(openJournal('/proc/nope/journal.jsonl', { fsync: false })).rejects.toThrow(
        /cannot be opened for writing \(ENOENT\)/,
      );
    },
  );
});

describe('a journal is read', () => {
  test('line by line, whatever is in them and wherever its pieces end: only a newline ends one', async () => {
    const path = join(folder, 'long.jsonl');
    const journal = await openJournal(path, { fsync: false });
    const reasons = ['a\u2028b', 'é'.repeat(700_001), '\u2029\r', '€'.repeat(900_000)];
    const lines = reasons.map((reason, at) => ({ ...entries[0]!, id: `run/${at}`, reason }));
    for (const line of lines) await journal.append(line);
    await journal.close();
    expect(await readJournal(path)).toMatchObject({ entries: lines, brokenLines: [] });
  });

  test('for a start as far as it is of the time asked for, service by service', async () => {
    const path = join(folder, 'seen.jsonl');
    const journal = await openJournal(path, { fsync: false });
    const minute = (number: number, service: string): JournalLine => ({
      ...{ ...entries[0]!, id: `run/${number}`, service },
      at: new Date(60_000 * number).toISOString(),
    });
    for (const number of [1, 2, 3]) for (const one of ['a', 'b']) await journal.append(minute(number, one));
    await journal.close();
    const seen = await seenBefore(path, 60_000);
    expect([...seen].map(([service, those]) => [service, those.map(({ at }) => Date.parse(at) / 60_000)])).toEqual([
      ['a', [2, 3]],
      ['b', [2, 3]],
    ]);
    expect(await seenBefore(join(folder, 'nowhere', 'seen.jsonl'), 0)).toEqual(new Map());
  });
});

describe('a journal whose file is taken away', () => {
  const named = (number: number): JournalLine => ({ ...entries[0]!, id: `run/${number}` });
  const idsIn = async (path: string) => (await readJournal(path)).entries.map(({ id }) => id);

  test('by logrotate, goes on in a new one of its name', async () => {
    const path = join(folder, 'logrotate', 'journal.jsonl');
    const journal = await openJournal(path, { fsync: true });
    await journal.append(named(1));
    await rename(path, join(folder, 'logrotate', 'old'));
    await journal.append(named(2));
    await journal.append(named(3));
    await journal.close();
    expect(await idsIn(path)).toEqual(['run/2', 'run/3']);
    expect(await idsIn(join(folder, 'logrotate', 'old'))).toEqual(['run/1']);
  });

  test('together with its folder, makes both again', async () => {
    const path = join(folder, 'cleared', 'journal.jsonl');
    const journal = await openJournal(path, { fsync: false });
    await journal.append(named(1));
    await rm(join(folder, 'cleared'), { recursive: true });
    await journal.append(named(2));
    await journal.close();
    expect(await idsIn(path)).toEqual(['run/2']);
  });

  test('by being emptied where it is, goes on at its beginning', async () => {
    const path = join(folder, 'truncated.jsonl');
    const journal = await openJournal(path, { fsync: false });
    await journal.append(named(1));
    await truncate(path);
    await journal.append(named(2));
    await journal.close();
    expect(await readJournal(path)).toMatchObject({ entries: [named(2)], brokenLines: [] });
  });
});

describe('a journal with a size', () => {
  const line = (number: number): JournalLine => ({ ...entries[0]!, id: `run/${number}` });
  const idsIn = async (path: string) => (await readJournal(path)).entries.map(({ id }) => Number(id.split('/')[1]));
  const filesOf = async (path: string) => (await readdir(dirname(path))).sort();

  test('is put aside under names that stay, the newest kept, and read as one', async () => {
    const path = join(folder, 'rotated', 'journal.jsonl');
    const size = JSON.stringify(entries[0]).length;
    const journal = await openJournal(path, { fsync: true, rotation: { mostBytes: 2 * size, keep: 3 } });
    for (let number = 1; number <= 12; number++) await journal.append(line(number));
    await journal.close();
    expect(await filesOf(path)).toEqual(['journal.jsonl', 'journal.jsonl.3', 'journal.jsonl.4', 'journal.jsonl.5']);
    expect(await idsIn(path)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
  });

  test('loses no line while many write at once and files are put aside under readers', async () => {
    const path = join(folder, 'busy', 'journal.jsonl');
    const journal = await openJournal(path, { fsync: false, rotation: { mostBytes: 3000, keep: 1000 } });
    let reading: Promise<number[]> = Promise.resolve([]);
    for (let batch = 0; batch < 40; batch++) {
      await Promise.all(Array.from({ length: 5 }, (_, index) => journal.append(line(5 * batch + index))));
      const ids = await reading;
      expect(ids).toEqual(ids.map((_, at) => at));
      reading = idsIn(path);
    }
    await reading;
    await journal.close();
    expect(await idsIn(path)).toEqual(Array.from({ length: 200 }, (_, index) => index));
    expect((await filesOf(path)).length).toBeGreaterThan(30);
  });

  test('goes on in the new file where another process has put it aside', async () => {
    const path = join(folder, 'shared', 'journal.jsonl');
    const options = { fsync: false, rotation: { mostBytes: 1, keep: 100 } };
    const [one, two] = [await openJournal(path, options), await openJournal(path, options)];
    for (let number = 0; number < 10; number++) await (number % 2 === 0 ? one : two).append(line(number));
    await Promise.all([one.close(), two.close()]);
    expect((await idsIn(path)).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('has every line that was promised when its process is killed at any moment', async () => {
    const path = join(folder, 'killed', 'journal.jsonl');
    const built = new URL('../../dist/controller/journal/journal.js', import.meta.url).href;
    const code = `const { openJournal } = await import('${built}');
      const journal = await openJournal('${path}', { fsync: false, rotation: { mostBytes: 3000, keep: 100000 } });
      for (let number = 0; ; number++) {
        await journal.append({ ...${JSON.stringify(entries[0])}, id: 'run/' + number });
        process.stdout.write(number + '\\n');
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code]);
    let promised = '';
    child.stdout.on('data', (chunk) => {
      promised += chunk;
      if (promised.length > 2000) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const last = Number(promised.split('\n').at(-2));
    const ids = await idsIn(path);
    expect(ids.slice(0, last + 1)).toEqual(Array.from({ length: last + 1 }, (_, number) => number));
    await write(path, entries.slice(0, 1));
    expect((await readJournal(path)).entries.at(-1)).toEqual(entries[0]);
  });
});

describe('secrets', () => {
  const secrets = ['AKIAIOSFODNN7EXAMPLE', 'ASIAQWERTYUIOPASDFGH', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'];
  const [key, temporary, secret] = secrets as [string, string, string];
  const signature = 'ab'.repeat(32);
  const leak = `SignatureDoesNotMatch: AWS4-HMAC-SHA256 Credential=${key}/20260101, Signature=${signature}, ${temporary};
    X-Amz-Security-Token: ${secret}; aws_secret_access_key = ${secret} {"secretAccessKey":"${secret}"}`;

  test('that somebody lets slip are in no line of the journal, nor of the log', async () => {
    const path = join(folder, 'secrets.jsonl');
    const journal = await openJournal(path, { fsync: false });
    await journal.append({ ...entries[0]!, fault: leak });
    await journal.close();
    let logged = '';
    const write = (text: string) => {
      logged += text;
    };
    const logger = openLog({ write }, { runId: 'run', isPretty: false, isQuiet: false });
    logger.warn({ fault: leak, error: new Error(leak) }, leak);
    for (const text of [await readFile(path, 'utf8'), logged]) {
      for (const one of [...secrets, signature]) expect(text).not.toContain(one);
      expect(text).toContain('SignatureDoesNotMatch');
      expect(() => JSON.parse(text)).not.toThrow();
    }
  });

  test('leaves what is none as it is', () => {
    const text = JSON.stringify(entries[0]);
    expect(scrub(text)).toBe(text);
  });
});

describe('docs/journal.md', () => {
  /** Field names in the first column of the table below a heading. */
  async function documented(heading: string): Promise<string[]> {
    const text = await readFile(new URL('../../docs/journal.md', import.meta.url), 'utf8');
    const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
    return [...section.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]!);
  }

  test.each([
    ['The line', () => entries[0]!],
    ['`observation`', () => entries[0]!.observation],
    ['`outcome`', () => entries[0]!.outcome!],
    ['`action` and `applied`', () => entries[0]!.applied],
    ['`incumbent`', () => entries[0]!.incumbent!],
  ])('lists the fields of %s, all and in order', async (heading, value) => {
    expect(await documented(heading)).toEqual(Object.keys(value()));
  });

  test('shows a line that has these fields', async () => {
    const text = await readFile(new URL('../../docs/journal.md', import.meta.url), 'utf8');
    const example = JSON.parse(/```json\n(.+?)\n```/s.exec(text)![1]!) as JournalEntry;
    expect(Object.keys(example)).toEqual(Object.keys(entries[0]!));
    expect(Object.keys(example.observation)).toEqual(Object.keys(entries[0]!.observation));
    expect(Object.keys(example.outcome!)).toEqual(Object.keys(entries[0]!.outcome!));
  });
});
