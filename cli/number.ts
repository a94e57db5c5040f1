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
