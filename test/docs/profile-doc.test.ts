import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { z } from 'zod';
import { checkPrices, defaultPrices, parsePrices, pricesSchema } from '../../env/prices.ts';
import { InputProblem } from '../../env/problem.ts';
import { profileSchema } from '../../env/profile/schema.ts';
import { parseProfile, readProfile } from '../../env/profile.ts';

const page = await readFile('docs/profile.md', 'utf8');
const [profileExample, pricesExample] = [...page.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1]!);
const pricesStart = page.indexOf('## Price books');

/** Field name as in the tables, with its default or null. */
type Fields = ReadonlyMap<string, string | null>;

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly default?: unknown;
  readonly items?: JsonSchema;
}

/** Every field that a schema accepts; what is keyed by variant is one field. */
function accepted(schema: JsonSchema, path = ''): [string, string | null][] {
  if (schema.properties !== undefined) {
    return Object.entries(schema.properties).flatMap(([name, inner]) => accepted(inner, join(path, name)));
  }
  const inner = schema.additionalProperties;
  if (typeof inner === 'object' && inner.properties !== undefined) return accepted(inner, join(path, 'NAME'));
  return [[path, schema.default === undefined ? null : String(schema.default)]];
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** Every field in the tables of a part of the page; headings such as `pools` come before the names of their section. */
function documented(part: string): Fields {
  const fields = new Map<string, string | null>();
  let section = '';
  for (const line of part.split('\n')) {
    if (line.startsWith('## ')) section = /^## `(\w+)`/.exec(line)?.[1] ?? '';
    const cells = line.split('|').map((cell) => cell.trim());
    const name = /^`([\w.]+)`$/.exec(cells[1] ?? '')?.[1];
    const value = cells.at(-2) ?? '';
    if (name !== undefined)
      fields.set(join(section, name), value.startsWith('required') ? null : value.replaceAll('`', ''));
  }
  return fields;
}

function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
}

describe('docs/profile.md', () => {
  test('explains every field of a profile with its default, and no other', () => {
    const fields = documented(page.slice(0, pricesStart));
    const { 'slo.classes': _, ...rest } = Object.fromEntries(fields);
    expect(rest).toEqual(Object.fromEntries(accepted(jsonSchema(profileSchema))));
  });

  test('explains every field of a price book with its default, and no other', () => {
    const fields = Object.fromEntries(documented(page.slice(pricesStart).replace('## Price books', '')));
    expect(fields).toEqual(Object.fromEntries(accepted(jsonSchema(pricesSchema))));
  });

  test('has a profile that parses and names every field', () => {
    const profile = parseProfile(profileExample!, 'docs/profile.md');
    expect(profile.name).toBe('sentiment');
    for (const [path] of accepted(jsonSchema(profileSchema))) {
      expect(profileExample).toContain(`${path.split('.').at(-1)}:`);
    }
  });

  test('has a function for a model that Lambda cannot serve, with which a service on a GPU parses', () => {
    const [, lambda] = /`(lambda: \{memoryMb: \[128\].*?\})`/.exec(page)!;
    const text = `version: 1
name: chat
decisionSeconds: 60
slo: {attainment: 0.95, classes: {chat: {share: 1, deadlineMs: 15000}}}
accuracyFloor: 0.6
variants: {llama: {accuracy: 0.66}}
pools:
  gpu: {instanceType: g5.xlarge, min: 1, max: 60, slots: 8, boot: {medianSeconds: 420}, serviceMs: {llama: 8000}}
${lambda}`;
    expect(parseProfile(text, 'chat.yaml').lambda.concurrencyLimit).toBe(1);
    expect(() => parseProfile(text.replace('[900000]', '[null]').replace('[0]', '[null]'), 'chat.yaml')).toThrow(
      'docs/profile.md says what to write where Lambda cannot serve it',
    );
  });

  test('has a price book that parses', () => {
    const prices = parsePrices(pricesExample!, 'docs/profile.md');
    expect(() => checkPrices(parseProfile(profileExample!, 'docs/profile.md'), prices)).not.toThrow();
  });
});

describe('examples/one-model.yaml', () => {
  test('states what a profile must, and nothing else', async () => {
    const text = await readFile('examples/one-model.yaml', 'utf8');
    expect(() => checkPrices(parseProfile(text, 'one-model.yaml'), defaultPrices)).not.toThrow();
    for (const path of fieldPaths(parse(text))) {
      const without = parseDocument(text);
      without.deleteIn(path);
      expect(() => parseProfile(without.toString(), 'one-model.yaml'), path.join('.')).toThrow(InputProblem);
    }
  });
});

/** Of every field and section of a file, however deep. */
function fieldPaths(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    [name],
    ...fieldPaths(inner).map((path) => [name, ...path]),
  ]);
}

describe('examples/image-classifier.yaml', () => {
  test('parses, and every instance type has a price', async () => {
    const profile = await readProfile('examples/image-classifier.yaml');
    expect(() => checkPrices(profile, defaultPrices)).not.toThrow();
    expect(profile.variants.length).toBeGreaterThanOrEqual(4);
  });

  test('names a source for every number beside it or above it', async () => {
    const lines = (await readFile('examples/image-classifier.yaml', 'utf8')).split('\n');
    let explained = false;
    for (const line of lines) {
      if (line.trim() === '') explained = false;
      if (line.includes('#')) explained = true;
      if (/: .*\d/.test(line) && !line.startsWith('version')) expect(explained, line).toBe(true);
    }
  });

  test('derives Lambda times from the work on a c5.large: two vCPUs, one per 1,769 MB', async () => {
    const { pools, lambda } = await readProfile('examples/image-classifier.yaml');
    const cpu = pools.find((pool) => pool.name === 'cpu')!;
    lambda.serviceMs.forEach((row, variant) => {
      row.forEach((ms, tier) => {
        if (ms === null) return;
        const processors = Math.min(lambda.memoryMb[tier]! / 1769, 2);
        expect(Math.abs(ms - (2 * cpu.serviceMs[variant]!) / processors)).toBeLessThanOrEqual(0.5);
      });
    });
  });
});
