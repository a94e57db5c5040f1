import { didYouMean } from '../env/did-you-mean.ts';
import { InputProblem } from '../env/problem.ts';
import type { Parameter, PolicyKind } from './kind.ts';

export interface Specification {
  readonly kind: PolicyKind;
  /** [parameter name] Only those that were stated. */
  readonly values: Readonly<Record<string, number>>;
}

/** Reads `name` or `name:key=value,key=value`. */
export function parseSpecification(text: string, kinds: readonly PolicyKind[]): Specification {
  const colon = text.indexOf(':');
  const name = (colon < 0 ? text : text.slice(0, colon)).trim();
  const kind = kinds.find((one) => one.name === name);
  if (!kind) throw unknownPolicy(name, kinds);
  const values: Record<string, number> = {};
  if (colon < 0) return { kind, values };
  for (const part of text.slice(colon + 1).split(',')) {
    const { parameter, value } = parseSetting(part.trim(), kind);
    if (parameter.name in values) throw new InputProblem(`policy ${name}: parameter ${parameter.name} is stated twice`);
    values[parameter.name] = value;
  }
  return { kind, values };
}

/** The inverse: parameters in the order of the kind, those at their default left out. */
export function writeSpecification(kind: PolicyKind, values: Readonly<Record<string, number | null>>): string {
  const stated = kind.parameters.filter((one) => (values[one.name] ?? one.default) !== one.default);
  const settings = stated.map((one) => `${one.name}=${values[one.name]}`).join(',');
  return settings === '' ? kind.name : `${kind.name}:${settings}`;
}

function parseSetting(setting: string, kind: PolicyKind): { parameter: Parameter; value: number } {
  const parts = setting.split('=');
  const key = parts[0]!.trim();
  const parameter = kind.parameters.find((one) => one.name === key);
  if (parts.length !== 2 || key === '') {
    throw new InputProblem(`policy ${kind.name}: "${setting}" is not of the form key=value; ${legalParameters(kind)}`);
  }
  if (!parameter) {
    const names = kind.parameters.map((one) => one.name);
    throw new InputProblem(
      `policy ${kind.name} has no parameter "${key}"; ${legalParameters(kind)}${didYouMean(key, names)}`,
    );
  }
  return { parameter, value: parseValue(parts[1]!.trim(), parameter, kind) };
}

function parseValue(text: string, parameter: Parameter, kind: PolicyKind): number {
  const value = text === '' ? Number.NaN : Number(text);
  const isLegal = value >= parameter.min && value <= parameter.max && (!parameter.whole || Number.isInteger(value));
  if (isLegal) return value;
  throw new InputProblem(
    `policy ${kind.name}: parameter ${parameter.name} is "${text}", but must be ${parameter.whole ? 'a whole number' : 'a number'} ` +
      `from ${parameter.min} to ${parameter.max} (${parameter.unit}): ${parameter.meaning}`,
  );
}

function legalParameters(kind: PolicyKind): string {
  return `its parameters are ${kind.parameters.map((one) => one.name).join(', ')}`;
}

function unknownPolicy(name: string, kinds: readonly PolicyKind[]): InputProblem {
  const names = kinds.map((one) => one.name);
  return new InputProblem(`unknown policy "${name}"; the rules are ${names.join(', ')}${didYouMean(name, names)}`);
}
