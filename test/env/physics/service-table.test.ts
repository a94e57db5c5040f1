import { expect, test } from 'vitest';
import { normalQuantile } from '../../../env/physics/lognormal.ts';
import { unitExponentialTable, unitServiceTable } from '../../../env/physics/service-table.ts';

test.each([
  [0, 0],
  [0.12, 1e-5],
  [0.5, 4e-4],
  [1, 6e-3],
])('the table has the mean of one, and misses of the mean square of cv %d no more than %d', (cv, missing) => {
  const table = unitServiceTable(cv);
  expect(table.reduce((sum, one) => sum + one, 0) / table.length).toBeCloseTo(1, 9);
  const square = table.reduce((sum, one) => sum + one * one, 0) / table.length / (1 + cv * cv);
  expect(square).toBeLessThanOrEqual(1 + 1e-9);
  expect(square).toBeGreaterThanOrEqual(1 - missing);
});

test('the table rises, and its p99 is that of the distribution', () => {
  const table = unitServiceTable(0.3);
  for (let entry = 1; entry < table.length; entry++) expect(table[entry]!).toBeGreaterThan(table[entry - 1]!);
  const sigma = Math.sqrt(Math.log(1.09));
  const p99 = Math.exp(sigma * normalQuantile(0.99) - sigma ** 2 / 2);
  expect(table[Math.floor(0.99 * table.length)]! / p99).toBeCloseTo(1, 2);
});

test('the exponential table has the mean and, to 0.2 %, the mean square of the exponential distribution', () => {
  const table = unitExponentialTable(4096);
  const mean = (power: number) => table.reduce((sum, one) => sum + one ** power, 0) / table.length;
  expect(mean(1)).toBeCloseTo(1, 9);
  expect(mean(2)).toBeGreaterThan(2 * 0.998);
  expect(mean(2)).toBeLessThan(2);
});
