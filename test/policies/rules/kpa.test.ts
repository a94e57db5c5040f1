import { expect, test } from 'vitest';
import { createPolicy } from '../../../policies/registry.ts';
import { PanicScaler } from '../../../policies/scaling/panic-scaler.ts';
import { examplePrices, exampleProfile, observation } from '../example-service.ts';

const terms = { target: 10, stableSeconds: 60, panicFactor: 2, mostUpFactor: 1000, mostDownFactor: 2 };
const calm = () => new PanicScaler(terms, 0, 1);

test('without panic the stable window decides', () => {
  expect(calm().scale(2, 5, 61, 90)).toEqual({ vms: 7, isPanic: false });
});

test('panic begins where the panic window asks for twice the ready pods', () => {
  expect(calm().scale(2, 5, 50, 90)).toEqual({ vms: 5, isPanic: false });
  expect(calm().scale(2, 5, 50, 91)).toEqual({ vms: 10, isPanic: true });
});

test('in panic the fleet never shrinks, and a whole stable window without ends it', () => {
  const scaler = calm();
  expect(scaler.scale(0, 5, 50, 200).vms).toBe(20);
  expect(scaler.scale(2, 20, 50, 10)).toEqual({ vms: 20, isPanic: true });
  expect(scaler.scale(60, 20, 150, 10)).toEqual({ vms: 20, isPanic: true });
  expect(scaler.scale(62, 20, 150, 10)).toEqual({ vms: 15, isPanic: false });
});

test('panic lasts while there is reason for it', () => {
  const scaler = calm();
  scaler.scale(0, 5, 50, 200);
  scaler.scale(50, 5, 50, 100);
  expect(scaler.scale(100, 20, 50, 10)).toEqual({ vms: 20, isPanic: true });
  expect(scaler.scale(112, 20, 150, 10).isPanic).toBe(false);
});

test('a decision takes at most half of what is ready', () => {
  expect(calm().scale(2, 20, 0, 0).vms).toBe(10);
  expect(calm().scale(2, 1, 0, 0).vms).toBe(0);
});

test('an autoscaler restarted beside more than one pod starts in panic, and does not shrink the fleet', () => {
  const restarted = new PanicScaler(terms, 100, 12);
  expect(restarted.scale(100, 12, 1, 1)).toEqual({ vms: 12, isPanic: true });
  expect(restarted.scale(160, 12, 1, 1)).toEqual({ vms: 12, isPanic: true });
  expect(restarted.scale(162, 12, 1, 1)).toEqual({ vms: 6, isPanic: false });
  expect(new PanicScaler(terms, 100, 1).scale(100, 1, 1, 1).isPanic).toBe(false);
});

test('requests that wait count as requests at a time', () => {
  const policy = createPolicy('kpa', exampleProfile, examplePrices);
  const seen = { ...observation({ timeSeconds: 60, utilization: 1, ready: 4 }) };
  const waiting = {
    ...seen,
    queueLength: [
      { value: 3, ageSeconds: 0 },
      { value: 7, ageSeconds: 0 },
    ],
  };
  // 4 in service and 10 waiting, at 0.7 of one slot.
  expect(policy.decide(waiting).action.vmCounts).toEqual([20]);
});
