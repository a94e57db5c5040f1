import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const sections = readFileSync('docs/fidelity.md', 'utf8').split('\n## ').slice(1);
const missed = sections
  .map((section) => ({
    name: section.split('\n')[0]!,
    section,
    figures: [...section.matchAll(/^\| (.+?) \|.*\| NO \|$/gm)].map((match) => match[1]!),
  }))
  .filter(({ figures }) => figures.length > 0);

test('the page of reproduced experiments has missed figures, as it says', () => {
  const count = missed.reduce((sum, { figures }) => sum + figures.length, 0);
  const [, held, of] = /\*\*(\d+) of (\d+) predicted figures hold/.exec(readFileSync('docs/fidelity.md', 'utf8'))!;
  expect(count).toBe(Number(of) - Number(held));
});

test.each(missed)('every missed figure of $name says what the paper leaves open, and how it moves with that', (one) => {
  const reasons = one.section.split('\n').filter((line) => line.startsWith('- Missed: '));
  for (const figure of one.figures) {
    expect(reasons.some((reason) => reason.includes(figure))).toBe(true);
  }
  for (const reason of reasons) expect(reason).toMatch(/sensitivit/);
  expect(one.section).toContain('\nSensitivity to ');
});
