import { describe, expect, test } from 'vitest';
import { largestShortfall, type ValidationResult, validate, validationScore } from '../../agent/validation.ts';
import { parseGenerator } from '../../env/workload/reference.ts';
import { createPolicy } from '../../policies/registry.ts';
import { examplePrices, exampleProfile } from '../policies/example-service.ts';

function result(...runs: readonly [usd: number, attainment: number][]): ValidationResult {
  const all = runs.map(([usd, attainment]) => ({ usd, attainment }));
  return { usd: 0, attainment: 0, accuracy: 1, runs: all };
}

describe('the score of a policy', () => {
  const rule = result([10, 0.999], [1000, 0.999]);

  test('is its cost over the rule, every workload alike', () => {
    expect(validationScore(rule, rule, 0.99)).toBe(1);
    expect(validationScore(result([5, 0.999], [1000, 0.999]), rule, 0.99)).toBe(0.75);
    expect(validationScore(result([10, 0.999], [500, 0.999]), rule, 0.99)).toBe(0.75);
  });

  test('is a tenth higher for each point of attainment that is short of the promise, and no lower for one beyond', () => {
    expect(validationScore(result([10, 0.98], [1000, 0.98]), rule, 0.99)).toBeCloseTo(1.1, 9);
    expect(validationScore(result([10, 1], [1000, 1]), rule, 0.99)).toBe(1);
  });

  test('asks for no more than the rule attained', () => {
    const hard = result([10, 0.95]);
    expect(validationScore(result([10, 0.95]), hard, 0.99)).toBe(1);
    expect(validationScore(result([10, 0.94]), hard, 0.99)).toBeCloseTo(1.1, 9);
  });

  test('falls short by the worst workload, and by less than nothing where all is well', () => {
    expect(largestShortfall(result([1, 0.97], [1, 0.999]), rule, 0.99)).toBeCloseTo(0.02, 9);
    expect(largestShortfall(result([1, 0.995], [1, 1]), rule, 0.99)).toBeCloseTo(-0.005, 9);
  });
});

test('a validation repeats itself exactly, and adds its workloads', async () => {
  const workloads = [1, 2].map((seed) => parseGenerator(`diurnal:mean=60,hours=0.5,noise=0.2,seed=${seed}`));
  const make = () => createPolicy('mixed', exampleProfile, examplePrices);
  const both = await validate(exampleProfile, examplePrices, workloads, 1, make);
  expect(await validate(exampleProfile, examplePrices, workloads, 1, make)).toEqual(both);
  const each = await Promise.all(workloads.map((one) => validate(exampleProfile, examplePrices, [one], 1, make)));
  expect(both.usd).toBeCloseTo(each[0]!.usd + each[1]!.usd, 9);
  expect(both.runs).toEqual(each.flatMap((one) => one.runs));
  expect(both.attainment).toBe(Math.min(each[0]!.attainment, each[1]!.attainment));
});
