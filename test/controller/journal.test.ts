import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openJournal } from '../../controller/journal.ts';
import type { JournalEntry } from '../../controller/journal-entry.ts';
import { runLoop } from '../../controller/loop.ts';
import { readJournal } from '../../controller/read-journal.ts';
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
