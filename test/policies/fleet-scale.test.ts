import { expect, test } from 'vitest';
import { InputProblem } from '../../env/problem.ts';
import type { Workload } from '../../env/types.ts';
import { fleetScale } from '../../policies/fleet-scale.ts';
import { settingOf, vmsForRate } from '../../policies/setting.ts';
import { examplePrices, exampleProfile } from './example-service.ts';

const trace = (requests: readonly number[]): Workload => ({
  name: 'trace',
  stepSeconds: 60,
  requests: Float64Array.from(requests),
  counted: true,
});
const scaleTo = (vms: number, workload: Workload) => fleetScale(exampleProfile, examplePrices, workload, vms);

test.each([5, 20, 50])('a trace scaled to %i VMs keeps that many busy in the mean', (vms) => {
  const setting = settingOf(exampleProfile, examplePrices);
  const rates = [10, 40, 25, 0, 300];
  const scale = scaleTo(vms, trace(rates.map((rate) => 60 * rate)));
  const mean = (scale * rates.reduce((sum, one) => sum + one, 0)) / rates.length;
  expect(vmsForRate({ ...setting, standingPerSecond: 0 }, mean) / vms).toBeCloseTo(1, 3);
});

test('a fleet ten times as large takes ten times the load, and a trace twice as busy half the multiplier', () => {
  const workload = trace([600, 1200, 900]);
  expect(scaleTo(50, workload) / scaleTo(5, workload)).toBeCloseTo(10, 6);
  expect(scaleTo(5, workload) / scaleTo(5, trace([1200, 2400, 1800]))).toBeCloseTo(2, 2);
});

test('a trace without a request fills no fleet', () => {
  expect(() => scaleTo(5, trace([0, 0]))).toThrow(InputProblem);
});
