import { expect, test } from 'vitest';
import { InputProblem } from '../../env/problem.ts';
import { defaultValues, type Parameter } from '../../policies/kind.ts';
import { createPolicy, policyKinds } from '../../policies/registry.ts';
import { parseSpecification, writeSpecification } from '../../policies/specification.ts';
import { examplePrices, exampleProfile } from './example-service.ts';

const make = (text: string) => createPolicy(text, exampleProfile, examplePrices);

test('a name alone means the defaults, and settings replace them', () => {
  expect(make('reactive').parameters).toEqual({ utilization: 0.8, scaleInDelaySeconds: 300 });
  expect(make('reactive:utilization=0.5').parameters).toEqual({ utilization: 0.5, scaleInDelaySeconds: 300 });
});

test('a policy is named as it was specified', () => {
  expect(make('mixed:margin=1.2,windowSeconds=60').name).toBe('mixed:margin=1.2,windowSeconds=60');
});

test('a parameter that is not set is not reported', () => {
  expect(make('static').parameters).not.toHaveProperty('vmCount');
  expect(make('static:vmCount=7').parameters).toHaveProperty('vmCount', 7);
});

test.each([
  ['mixd', /unknown policy "mixd"; the rules are static, static-peak.*did you mean "mixed"/],
  ['', /unknown policy ""/],
  ['mixed:margn=1', /policy mixed has no parameter "margn"; its parameters are margin, .*did you mean "margin"/],
  ['mixed:margin', /"margin" is not of the form key=value/],
  ['mixed:', /"" is not of the form key=value/],
  ['mixed:margin=1=2', /not of the form key=value/],
  ['mixed:margin=0', /parameter margin is "0", but must be a number from 0.1 to 10 \(factor\)/],
  ['mixed:margin=', /parameter margin is ""/],
  ['mixed:margin=much', /parameter margin is "much"/],
  ['mixed:margin=1,margin=2', /margin is stated twice/],
  ['static:vmCount=1.5', /parameter vmCount is "1.5", but must be a whole number/],
])('"%s" is refused with what is legal', (text, message) => {
  expect(() => make(text)).toThrow(InputProblem);
  expect(() => make(text)).toThrow(message);
});

/** Values that tuning tries; positions of pools stand for those that a profile may have. */
const tuned = ({ tune = [] }: Parameter): readonly (number | null)[] => (tune === 'pools' ? [1, 2] : tune);

test('every kind has its own name, and its defaults and tuned values are legal, rising and distinct', () => {
  expect(new Set(policyKinds.map((one) => one.name)).size).toBe(policyKinds.length);
  for (const kind of policyKinds) {
    for (const one of kind.parameters) {
      const values = tuned(one).filter((value) => value !== null);
      expect(values, one.name).toEqual([...new Set(values)].sort((a, b) => a - b));
      for (const value of one.default === null ? values : [...values, one.default]) {
        expect(value).toBeGreaterThanOrEqual(one.min);
        expect(value).toBeLessThanOrEqual(one.max);
      }
    }
  }
});

test('tuning can come back to the default of what it moves', () => {
  for (const kind of policyKinds) {
    for (const one of kind.parameters.filter(({ tune }) => tune !== undefined && tune !== 'pools')) {
      expect(tuned(one), `${kind.name} ${one.name}`).toContain(one.default);
    }
  }
});

test('what was published can be specified', () => {
  for (const kind of policyKinds) {
    for (const setting of kind.published ?? []) {
      const text = writeSpecification(kind, setting);
      expect(parseSpecification(text, policyKinds).kind, text).toBe(kind);
      for (const name of Object.keys(setting)) expect(kind.parameters.map((one) => one.name)).toContain(name);
    }
  }
});

test('writing a specification and reading it gives the same values', () => {
  for (const kind of policyKinds) {
    const values = Object.fromEntries(kind.parameters.map((one) => [one.name, tuned(one).at(-1) ?? one.default]));
    const text = writeSpecification(kind, values);
    expect({ ...defaultValues(kind), ...parseSpecification(text, policyKinds).values }).toEqual(values);
  }
  expect(writeSpecification(policyKinds[0]!, defaultValues(policyKinds[0]!))).toBe(policyKinds[0]!.name);
});
