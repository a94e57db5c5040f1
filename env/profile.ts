import { createHash } from 'node:crypto';
import { readInput } from './input-file.ts';
import { checkRules } from './profile/rules.ts';
import { type ProfileFile, profileSchema } from './profile/schema.ts';
import type { ServiceProfile } from './types.ts';
import { YamlSource } from './yaml-source.ts';

export async function readProfile(path: string): Promise<ServiceProfile> {
  return parseProfile(await readInput(path, 'service profile'), path);
}

/** From YAML (docs/profile.md); `file` is what refusals call it. Variants come out by accuracy, classes by deadline. */
export function parseProfile(text: string, file: string): ServiceProfile {
  const source = new YamlSource(text, file);
  const read = source.read(profileSchema);
  checkRules(read, source);
  return indexed(read);
}

/** SHA-256 in hexadecimal: equal for profiles that say the same, however their files are written. */
export function profileHash(profile: ServiceProfile): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(profile)))
    .digest('hex');
}

/** From tables keyed by variant name to arrays in the order of the variants. */
function indexed(file: ProfileFile): ServiceProfile {
  const { slo, pools, lambda, ...rest } = file;
  const variants = entries(file.variants).sort((a, b) => a.accuracy - b.accuracy);
  const unfit = lambda.memoryMb.map(() => null);
  return {
    ...rest,
    slo: { attainment: slo.attainment, classes: entries(slo.classes).sort((a, b) => a.deadlineMs - b.deadlineMs) },
    variants,
    pools: entries(pools).map((pool) => ({
      ...pool,
      serviceMs: variants.map(({ name }) => pool.serviceMs[name] ?? null),
    })),
    lambda: {
      ...lambda,
      serviceMs: variants.map(({ name }) => lambda.serviceMs[name] ?? unfit),
      coldStartMs: variants.map(({ name }) => lambda.coldStartMs[name] ?? unfit),
    },
  };
}

function entries<T extends object>(section: Readonly<Record<string, T>>): (T & { readonly name: string })[] {
  return Object.entries(section).map(([name, fields]) => ({ name, ...fields }));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted((value as Record<string, unknown>)[key])]));
}
