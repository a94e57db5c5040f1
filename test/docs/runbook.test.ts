import { expect, test } from 'vitest';
import { createInstruments } from '../../controller/health/instruments.ts';
import { hindranceKinds } from '../../env/hindrance.ts';
import { readProfile } from '../../env/profile.ts';
import { named, readPage, section, tableRows } from './pages.ts';

const page = readPage('docs/runbook.md');

test('the runbook says what to do about every hindrance, and about no other', () => {
  expect(tableRows(section(page, '## Hindrances')).map(([kind]) => named(kind!)[0])).toEqual([...hindranceKinds]);
});

test('every metric that it sets an alarm on is one of /metrics', async () => {
  const profile = await readProfile('examples/image-classifier.yaml');
  const text = await createInstruments(new Map([[profile.name, profile]])).text();
  const known = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map((match) => match[1]));
  const meant = [...page.text.matchAll(/\bspillway_\w+/g)].map((match) => match[0]);
  expect(new Set(meant).size).toBeGreaterThan(8);
  expect(meant.filter((name) => !known.has(name))).toEqual([]);
});
