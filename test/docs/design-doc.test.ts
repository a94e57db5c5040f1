import { existsSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { named, pages, readPage, section, tableRows } from './pages.ts';

const page = readPage('docs/design.md');
const house = tableRows(section(page, '## The house')).map(([folder]) => named(folder!)[0]!);
/** A file by its path from the root. */
const ofProject = /^(?:agent|env|policies|controller|cli|bench|docs|examples|studies|test)\/[\w./-]+\.\w+$/;
const roots = ['env', 'policies', 'agent', 'studies', 'controller', 'cli', 'bench'];

/** The folder and those in it, down to two levels, that hold TypeScript. */
function codeFolders(root: string): string[] {
  const inside = readdirSync(root, { withFileTypes: true }).filter((one) => one.isDirectory());
  return [root, ...inside.map((one) => posix.join(root, one.name))].filter((folder) =>
    readdirSync(folder).some((name) => name.endsWith('.ts')),
  );
}

test('the house has a room for every folder of the code, and no room that is not there', () => {
  expect(house.filter((folder) => !existsSync(folder))).toEqual([]);
  expect(roots.flatMap(codeFolders).filter((folder) => !house.includes(folder))).toEqual([]);
});

describe('every file of the code that a page names is there:', () => {
  test.each(pages().map((one) => [one.path, one.text] as const))('%s', (_, text) => {
    const files = named(text).filter((code) => ofProject.test(code));
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });
});
