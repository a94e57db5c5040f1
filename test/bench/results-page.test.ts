import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withTables } from '../../bench/results-page.ts';
import type { Evaluation } from '../../policies/evaluation/json.ts';
import { standings } from '../../policies/evaluation/standings.ts';
import { evaluationWith, result } from '../policies/evaluation/fakes.ts';

const agent = 'ppo:checkpoints/default';
const rule = 'lcp:windowSeconds=0';
const traces = ['monday', 'tuesday', 'wednesday'];

/** On each of three traces the dollars of these policies; the bound is 8. */
function matrix(usd: Readonly<Record<string, number>>): Evaluation {
  const results = Object.entries(usd).flatMap(([policy, dollars]) => {
    const ratio = dollars / usd[rule]!;
    const overBestRule = { value: ratio, low: ratio, high: ratio };
    const costs = { usd: dollars, seedsUsd: [dollars, dollars], usdAtAttainment: 0.9 * dollars, overBestRule };
    return traces.map((trace) => result({ policy, trace, ...costs }));
  });
  const evaluation = evaluationWith(results);
  return { ...evaluation, bestRule: rule, standings: standings(results, traces, rule, evaluation.slo) };
}

const matrices: Readonly<Record<string, Evaluation>> = {
  'unseen-rho-4-fleet-5': matrix({ [agent]: 10, [rule]: 12, mpc: 11, oracle: 9 }),
  'found-unseen-rho-2.5-fleet-5': matrix({ [agent]: 8, [rule]: 10 }),
  'equal-rho-4-fleet-5': matrix({ [agent]: 10, [rule]: 12, lcp: 12, mpc: 11 }),
  'budgets-rho-2.5-budgets-fleet-5': matrix({ [agent]: 9, [rule]: 10 }),
};
const read = (name: string) => matrices[name] ?? null;

const old = 'what was here before';
const block = (name: string) => `<!-- table: ${name} -->\n${old}\n<!-- end of table -->`;
const page = (...names: string[]) => `Before.\n\n${names.map(block).join('\n\nBetween.\n\n')}\n\nAfter.\n`;

function written(...names: string[]) {
  const missing: string[] = [];
  return { text: withTables(page(...names), read, (name) => missing.push(name)), missing };
}

test('a matrix is printed between its comments as evaluate prints it, with the costs trace by trace', () => {
  const { text, missing } = written('unseen-rho-4-fleet-5');
  expect(missing).toEqual([]);
  expect(text).not.toContain(old);
  expect(text).toMatch(/^Before\.\n\n<!-- table: unseen-rho-4-fleet-5 -->\n```text\nAll 3 traces: /);
  expect(text).toMatch(/^ +ppo:checkpoints\/default +3 of 3 +1\.250 /m);
  expect(text).toMatch(/^Trace by trace: /m);
  expect(text).toMatch(/^1 monday, 2 tuesday, 3 wednesday\n```\n<!-- end of table -->\n\nAfter\.\n$/m);
  expect(text).not.toMatch(/ $/m);
});

test('of a matrix that is asked for in brief the standings alone are printed', () => {
  const { text } = written('unseen-rho-4-fleet-5, standings');
  expect(text).toContain('All 3 traces: ');
  expect(text).not.toContain('Trace by trace');
});

test('the answer tells the agent over the rule, and all over the bound', () => {
  const { text } = written('answer');
  const [row] = text.split('\n').filter((line) => line.startsWith('| 4 |'));
  const cells = row!.split('|').map((cell) => cell.trim());
  expect(cells.slice(1, -1)).toEqual([
    ...['4', '5', '2', '**0.833**', '0.833–0.833', '3, 3 of 3', '-', '0.917, 3', '1.250', '1.500', '1.125'],
  ]);
});

test('so does the table of the traces that were found later', () => {
  const { text } = written('found');
  expect(text).toContain('| 2.5 | 5 | 2 | **0.800** | 0.800–0.800 | 3, 3 of 3 |');
});

test('cost at equal attainment is told of those that were run', () => {
  const { text } = written('equal');
  expect(text).toContain('| 4 | 5 | 1.125 | not run | 1.350 | 1.350 | not run | not run | not run | 1.238 |');
});

test('budgets are told policy by policy, for the price ratios that were run', () => {
  const { text } = written('budgets');
  expect(text).toContain('| policy | rho 2.5: kept | / bound | / `lcp` | over traces | worst trace |\n|---|');
  expect(text).toContain(`| \`${agent}\` | 3 of 3 | 1.125 | 0.900 | 0.900–0.900 | 99.70% |`);
});

test("today's autoscalers are told over the agent, trace by trace, at each price ratio that was run", () => {
  const { text } = written('today');
  expect(text).toContain('| fleets driven by | rule | ρ 4 |\n');
  expect(text).toContain('| `mpc` | **1.10** (1.10–1.10), 3 of 3 |\n');
  expect(text).toContain(`| \`${agent}\` | 1, 3 of 3 |\n`);
  expect(text).not.toContain('`keda`');
});

test('a table without results stays as it was and is named, and so does all around it', () => {
  const { text, missing } = written('unseen-rho-4-fleet-50', 'answer');
  expect(missing).toEqual(['unseen-rho-4-fleet-50']);
  expect(text).toContain(block('unseen-rho-4-fleet-50'));
  expect(text).toContain('\n\nBetween.\n\n');
});

test('the table of the README is written likewise', () => {
  const text = readFileSync('README.md', 'utf8');
  expect(text).toMatch(/<!-- table: today -->\n[\s\S]*`keda`[\s\S]*<!-- end of table -->/);
});

test('writing again changes nothing', () => {
  const { text } = written('answer', 'equal', 'budgets', 'unseen-rho-4-fleet-5');
  expect(withTables(text, read, () => {})).toBe(text);
});

test('every table of docs/results.md lies between comments, and each has its own', () => {
  const text = readFileSync('docs/results.md', 'utf8');
  const names = [...text.matchAll(/<!-- table: ([^>]+) -->\n([\s\S]*?)<!-- end of table -->/g)].map(([, name]) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(['answer', 'equal', 'budgets', 'unseen-rho-2.5-fleet-5']));
  const outside = text.replace(/<!-- table: [^>]+ -->[\s\S]*?<!-- end of table -->/g, '');
  expect(outside).not.toContain('```text');
});
