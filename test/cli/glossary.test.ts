import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { glossary, glossed } from '../../cli/glossary.ts';

test('the words of reasons are explained where they are used, and in docs/journal.md as here', async () => {
  expect(glossed('gpu: 4 of the levels 3 to 14 vote to be on')).toEqual([`levels: ${glossary.levels}`]);
  expect(glossed('demand 20 req/s, sleveless')).toEqual([]);
  const page = await readFile('docs/journal.md', 'utf8');
  const section = page.split(/^## /m).find((part) => part.startsWith('Words of reasons'))!;
  const rows = [...section.matchAll(/^\| ([\w ]+) \| (.+) \|$/gm)].map(([, word, meaning]) => [word, meaning]);
  expect(Object.fromEntries(rows.slice(1))).toEqual(glossary);
});
