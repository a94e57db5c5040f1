import { expect, test } from 'vitest';
import { createPolicy } from '../../../policies/registry.ts';
import { drive, vmsOf } from '../drive.ts';
import { examplePrices, exampleProfile, observation } from '../example-service.ts';

const scaledToZero = { ...exampleProfile, pools: [{ ...exampleProfile.pools[0]!, min: 0 }] };
const make = (text: string) => createPolicy(text, scaledToZero, examplePrices);

test('each VM is to have its share of the rate', () => {
  const { action } = make('keda:target=0.5').decide(observation({ rates: 90, ready: 10 }));
  expect(action.vmCounts).toEqual([18]);
});

test('the rate is looked at every thirty seconds', () => {
  const policy = make('keda:target=0.5,windowSeconds=15,scaleInDelaySeconds=0');
  let lastAction = policy.decide(observation({ timeSeconds: 0, rates: 50, ready: 10 })).action;
  const at = (timeSeconds: number) => {
    lastAction = policy.decide(observation({ timeSeconds, rates: 75, ready: 10, lastAction })).action;
    return lastAction.vmCounts[0];
  };
  expect([15, 29, 30].map(at)).toEqual([10, 10, 15]);
});

test('the last VM goes after the cooldown without requests, and one comes back with the first', () => {
  const load = [10, 0, 0, 0, 0, 0, 0, 0, 0, 40].map((rates) => ({ rates }));
  const vms = vmsOf(drive(make('keda:scaleInDelaySeconds=0'), load, 2));
  expect(vms).toEqual([2, 1, 1, 1, 1, 0, 0, 0, 0, 1]);
});

test('without a metric the fleet is held, or after three polls the fallback is taken', () => {
  const load = [40, null, null, null].map((rates) => ({ rates }));
  expect(vmsOf(drive(make('keda'), load, 6))).toEqual([6, 6, 6, 6]);
  expect(vmsOf(drive(make('keda:fallbackVms=9'), load, 6))).toEqual([6, 6, 9, 9]);
});
