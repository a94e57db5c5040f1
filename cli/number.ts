import { legalRange, type NumberRule, obeys } from '../env/number-rule.ts';
import { InputProblem } from '../env/problem.ts';

/** Reads the number after an option, or refuses it in a sentence. */
export function numberAfter(option: string, rule: NumberRule): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!obeys(value, rule)) throw new InputProblem(`${option} ${text}: must be ${legalRange(rule)}.`);
    return value;
  };
}

/** For an option that takes several values: each is read alone. */
export function listOf<Value>(read: (text: string) => Value): (text: string, before?: readonly Value[]) => Value[] {
  return (text, before = []) => [...before, read(text)];
}
