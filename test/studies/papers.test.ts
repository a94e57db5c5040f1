import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkPrices, readPrices } from '../../env/prices.ts';
import { readProfile } from '../../env/profile.ts';
import { functionRows } from '../../studies/serverless/systems.ts';

const folder = 'examples/papers';
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const priceBooks = files.filter((name) => /^(aws|gcp)-\d{4}\.yaml$/.test(name));
const profiles = files.filter((name) => !priceBooks.includes(name));

function pricesOf(profile: string): string {
  if (profile.startsWith('gcp')) return 'gcp-2021.yaml';
  return profile.startsWith('aws') ? 'aws-2021.yaml' : 'aws-2020.yaml';
}

describe('every deployment of the papers parses, and its instances have a price:', () => {
  test.each(profiles)('%s', async (name) => {
    const profile = await readProfile(join(folder, name));
    const prices = await readPrices(join(folder, pricesOf(name)));
    expect(() => checkPrices(profile, prices)).not.toThrow();
    expect(profile.name).toBe(name.replace('.yaml', ''));
  });
});

describe('every number of a deployment has a source beside it or above it:', () => {
  test.each(profiles)('%s', async (name) => {
    const text = await readFile(join(folder, name), 'utf8');
    expect(text.match(/#/g)!.length).toBeGreaterThan(10);
  });
});

test('every row of the tables has its deployment, and costs more at more requests', () => {
  for (const { profile, prices, usd } of functionRows) {
    expect(profiles).toContain(`${profile}.yaml`);
    expect(priceBooks).toContain(`${prices}.yaml`);
    expect(usd[0]).toBeLessThan(usd[1]);
    expect(usd[1]).toBeLessThan(usd[2]);
  }
});
