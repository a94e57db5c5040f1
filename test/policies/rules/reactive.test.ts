import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPolicy } from '../../../policies/registry.ts';
import { drive, vmsOf } from '../drive.ts';
import { examplePrices, exampleProfile, observation } from '../example-service.ts';

const make = (text: string) => createPolicy(text, exampleProfile, examplePrices);

test('reactive asks for the demand over the safe capacity of a VM, rounded up', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 390 }), (rate) => {
      const { action } = make('reactive').decide(observation({ rates: rate }));
      expect(action.vmCounts).toEqual([Math.ceil(rate / 10 / 0.8)]);
    }),
  );
});

test('reactive looks at the mean of the newest interval', () => {
  const { action } = make('reactive:utilization=1').decide(observation({ rates: [0, 0, 0, 0, 0, 600] }));
  expect(action.vmCounts).toEqual([10]);
});

test('reactive says what it saw, what that needs, and what it has', () => {
  const { reason } = make('reactive').decide(observation({ rates: 212, ready: 25, booting: 1 }));
  expect(reason).toBe('demand 212 req/s over the last 60 s needs 27 VMs at 0.8 utilisation; 25 ready, 1 booting');
});

test('reactive says so when the pool limits it', () => {
  const { reason } = make('reactive').decide(observation({ rates: 2000 }));
  expect(reason).toMatch(/needs 250 VMs at 0.8 utilisation, limited to 50 by the pool;/);
});

test('a VM goes once nothing has asked for it for the scale-in delay, and not earlier', () => {
  const load = [200, 100, 100, 100, 100, 100, 100].map((rates) => ({ rates }));
  const policy = make('reactive:utilization=1,scaleInDelaySeconds=180');
  expect(vmsOf(drive(policy, load, 20))).toEqual([20, 20, 20, 10, 10, 10, 10]);
});

test('without a delay a VM goes at once', () => {
  const load = [200, 100, 250].map((rates) => ({ rates }));
  expect(vmsOf(drive(make('reactive:utilization=1,scaleInDelaySeconds=0'), load, 20))).toEqual([20, 10, 25]);
});

test('minutes without metrics do not count towards the scale-in delay', () => {
  const load = [200, null, null, null, 100, 100, 100].map((rates) => ({ rates }));
  const policy = make('reactive:utilization=1,scaleInDelaySeconds=120');
  expect(vmsOf(drive(policy, load, 20))).toEqual([20, 20, 20, 20, 20, 10, 10]);
});

test('static keeps what it was told, what the peak needs, or what the first load suggests', () => {
  const load = [null, 100, 300, 10].map((rates) => ({ rates }));
  expect(vmsOf(drive(make('static:vmCount=7'), load, 3))).toEqual([7, 7, 7, 7]);
  expect(vmsOf(drive(make('static:peakRate=200,utilization=0.5'), load, 3))).toEqual([40, 40, 40, 40]);
  expect(vmsOf(drive(make('static:firstLoadFactor=1.5,utilization=1'), load, 3))).toEqual([3, 15, 15, 15]);
});
