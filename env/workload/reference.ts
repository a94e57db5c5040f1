import { didYouMean } from '../did-you-mean.ts';
import { readInput } from '../input-file.ts';
import { legalRange, obeys } from '../number-rule.ts';
import { InputProblem } from '../problem.ts';
import { shown } from '../shown.ts';
import type { Workload } from '../types.ts';
import { type GeneratorKind, generateWorkload, generatorKinds } from './generators.ts';
import { simulable } from './greatest-rate.ts';
import { scaleWorkload } from './scale.ts';
import { sliceWorkload } from './slice.ts';
import { parseTrace } from './trace.ts';

export interface WorkloadOptions {
  /** Multiplies every bin. */
  readonly scale?: number;
  readonly startSeconds?: number;
  readonly durationSeconds?: number;
}

/** `reference` is the path of a CSV trace, or a generator with its parameters: `diurnal:mean=200,hours=24,seed=1`. */
export async function readWorkload(reference: string, options: WorkloadOptions = {}): Promise<Workload> {
  const scale = options.scale ?? 1;
  const workload = isPath(reference)
    ? parseTrace(await readInput(reference, 'trace'), reference, scale)
    : scaleWorkload(parseGenerator(reference), scale);
  return sliceWorkload(workload, options.startSeconds ?? 0, options.durationSeconds ?? null);
}

/** Whether what is named is drawn, not read. */
export function isGenerator(reference: string): boolean {
  return generatorKinds.some((kind) => kind.name === reference.split(':')[0]!);
}

function isPath(reference: string): boolean {
  return !isGenerator(reference) && /[/\\.]/.test(reference.split(':')[0]!);
}

/** From `name:parameter=value,…`; what is not stated takes its default. */
export function parseGenerator(reference: string): Workload {
  if (reference.trim() === '')
    throw new InputProblem('The trace has no name: give the path of a CSV file, or a generator.');
  const colon = reference.indexOf(':');
  const name = colon < 0 ? reference : reference.slice(0, colon);
  const kind = generatorKinds.find((one) => one.name === name);
  if (kind === undefined) {
    const names = generatorKinds.map((one) => one.name);
    throw new InputProblem(
      `${shown(reference)} is no trace and no generator: give the path of a CSV file (./${name} if that is one), or one of ${names.join(', ')}${didYouMean(name, names) || '.'}`,
    );
  }
  const values = parameterValues(kind, reference, colon < 0 ? '' : reference.slice(colon + 1));
  return simulable(generateWorkload(kind, reference, values));
}

function parameterValues(kind: GeneratorKind, reference: string, text: string): Record<string, number> {
  const stated = new Map<string, number>();
  for (const setting of text.split(',').filter((part) => part.trim() !== '')) {
    const [name = '', value = '', ...more] = setting.split('=').map((part) => part.trim());
    const parameter = kind.parameters[name];
    if (parameter === undefined) refuseUnknown(kind, reference, name);
    const number = value === '' || more.length > 0 ? Number.NaN : Number(value);
    if (stated.has(name))
      throw new InputProblem(`${reference}: ${name} is stated twice, but must be stated once: remove one.`);
    if (!obeys(number, parameter)) {
      const unit = parameter.unit === '' ? '' : ` (${parameter.unit})`;
      throw new InputProblem(
        `${reference}: ${name} is ${shown(value)}, but must be ${legalRange(parameter)}${unit}: write it as in ${name}=${parameter.default}.`,
      );
    }
    stated.set(name, number);
  }
  return Object.fromEntries(
    Object.entries(kind.parameters).map(([name, { default: value }]) => [name, stated.get(name) ?? value]),
  );
}

function refuseUnknown(kind: GeneratorKind, reference: string, name: string): never {
  const known = Object.keys(kind.parameters);
  throw new InputProblem(
    `${reference}: ${shown(name)} is no parameter of ${kind.name}, but must be one of ${known.join(', ')}: write it as in ${known[0]}=${kind.parameters[known[0]!]!.default}${didYouMean(name, known) || '.'}`,
  );
}
