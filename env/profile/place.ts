import { didYouMean } from '../did-you-mean.ts';
import { InputProblem } from '../problem.ts';
import { shown } from '../shown.ts';
import type { ServiceProfile } from '../types.ts';
import type { Sample } from './samples.ts';

/** Where samples of one kind were taken: on a pool, or on Lambda with a memory size. */
export interface Place {
  readonly variant: string;
  /** Name of a pool; null: Lambda. */
  readonly pool: string | null;
  /** Names of further pools of its instance type and slots, as a spot pool beside one on demand, where the samples named that type. */
  readonly alike: readonly string[];
  /** Null: not on Lambda. */
  readonly memoryMb: number | null;
}

export function placeText({ variant, pool, alike, memoryMb }: Place): string {
  return pool === null ? `${variant} on Lambda with ${memoryMb} MB` : `${variant} on ${[pool, ...alike].join(' and ')}`;
}

/** Where a sample was taken; `file` is what refusals call its file. */
export function placeOf({ variants, pools }: ServiceProfile, sample: Sample, file: string): Place {
  const { variant, resource, memoryMb, line } = sample;
  const names = variants.map(({ name }) => name);
  if (!names.includes(variant)) {
    throw new InputProblem(
      `${file}:${line}: variant is ${shown(variant)}, but must be one of the profile (${names.join(', ')}): correct it, or add it to the profile` +
        (didYouMean(variant, names) || '.'),
    );
  }
  if (resource === 'lambda') return { variant, pool: null, alike: [], memoryMb };
  const named = pools.filter(({ name }) => name === resource);
  const [pool, ...others] = named.length > 0 ? named : pools.filter(({ instanceType }) => instanceType === resource);
  if (pool !== undefined && others.every(({ slots }) => slots === pool.slots)) {
    return { variant, pool: pool.name, alike: others.map(({ name }) => name), memoryMb: null };
  }
  const known = pools.map(({ name, instanceType }) => `${name} (${instanceType})`).join(', ');
  throw new InputProblem(
    `${file}:${line}: resource is ${shown(resource)}, but must be lambda, a pool of the profile, or the instance type of pools with the same slots (${known}): correct it.`,
  );
}
