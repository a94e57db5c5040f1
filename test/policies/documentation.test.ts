import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { forecasterKinds } from '../../policies/forecast/kinds.ts';
import type { Parameter } from '../../policies/kind.ts';
import { policyKinds } from '../../policies/registry.ts';

const page = readFileSync(new URL('../../docs/policies.md', import.meta.url), 'utf8');

/** The row of a parameter in docs/policies.md. */
function row({ name, unit, default: value, min, max, tune, router, budget, meaning }: Parameter): string {
  const acts = (router ? `; router \`${router}\` only` : '') + (budget ? `; budget \`${budget}\` only` : '');
  const tried = tune === 'pools' ? 'every pool' : (tune?.map((one) => one ?? 'not set').join(', ') ?? '-');
  return `| \`${name}\` | ${unit} | ${value ?? 'not set'} | ${min} to ${max} | ${tried} | ${meaning}${acts} |`;
}

test.each(policyKinds.map((kind) => [kind.name, kind] as const))('docs/policies.md tells all of %s', (name, kind) => {
  const section = page.split(/^### /m).find((one) => one.startsWith(`\`${name}\`\n`)) ?? '';
  expect(section).toContain(kind.summary);
  expect(section).toContain(`Source: ${kind.source}`);
  expect(section).toContain(`Left open, and what we chose: ${kind.open}`);
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows).toEqual(kind.parameters.map(row));
});

test('docs/policies.md tells of no rule that is not there', () => {
  const named = [...page.matchAll(/^### `(.+)`$/gm)].map((match) => match[1]);
  expect(named).toEqual(policyKinds.map((kind) => kind.name));
});

test('docs/policies.md tells of every forecaster', () => {
  const section = page.split(/^## /m).find((one) => one.startsWith('The forecasters\n')) ?? '';
  for (const { name, summary, source } of forecasterKinds)
    expect(section).toContain(`| \`${name}\` | ${summary} | ${source} |`);
});
