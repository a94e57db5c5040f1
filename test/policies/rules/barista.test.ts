import { expect, test } from 'vitest';
import { ForecastCorrection } from '../../../policies/planning/forecast-correction.ts';
import { createPolicy } from '../../../policies/registry.ts';
import { drive, vmsOf } from '../drive.ts';
import { examplePool, examplePrices, exampleProfile, observation } from '../example-service.ts';

test('the correction is the mean ratio of what came to what was forecast as many steps before', () => {
  const correction = new ForecastCorrection(2, 3);
  expect(correction.factor).toBe(1);
  // Two steps ahead 10 is forecast, always; 20 comes.
  for (let at = 0; at < 3; at++) correction.see(20, [99, 10]);
  expect(correction.factor).toBe(2);
  // Three newer ones push that out.
  for (let at = 0; at < 3; at++) correction.see(5, [99, 10]);
  expect(correction.factor).toBe(0.5);
});

test('without a memory nothing is corrected', () => {
  const correction = new ForecastCorrection(1, 0);
  for (let at = 0; at < 5; at++) correction.see(20, [10]);
  expect(correction.factor).toBe(1);
});

test('barista buys the flavour with the least cost per request that is fast enough', () => {
  // Four times the price, five times the speed; and one that is cheaper still, but too slow.
  const gpu = { ...examplePool, name: 'gpu', instanceType: 'large', min: 0, serviceMs: [10, 20, 40] };
  const slow = { ...examplePool, name: 'slow', slots: 100, min: 0, serviceMs: [900, 900, 900] };
  const profile = { ...exampleProfile, pools: [examplePool, gpu, slow] };
  const seen = { ...observation({ rates: 200, ready: 1 }), pools: profile.pools.map(() => ({ ready: 0, booting: 0 })) };
  const usual = createPolicy('barista:margin=1', profile, examplePrices).decide(seen).action;
  expect(usual.vmCounts).toEqual([1, 4, 0]); // 200 less 10 of the standing VM, at 50 per VM
  const stated = createPolicy('barista:margin=1,flavour=1', profile, examplePrices).decide(seen).action;
  expect(stated.vmCounts).toEqual([20, 0, 0]);
});

test('barista keeps its margin over a steady load, and no more', () => {
  const policy = createPolicy('barista:margin=1.2', exampleProfile, examplePrices);
  const vms = vmsOf(drive(policy, new Array(40).fill({ rates: 100 }), 30));
  expect(vms.at(-1)).toBe(12);
});
