import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPolicy } from '../../../policies/registry.ts';
import { drive, vmsOf } from '../drive.ts';
import { examplePrices, exampleProfile, observation, type Seen } from '../example-service.ts';

const make = (text: string) => createPolicy(text, exampleProfile, examplePrices);
/** The example VM serves ten requests a second: at a target of 50 % this rate needs so many VMs. */
const rateFor = (vms: number) => 5 * vms;
const minutes = (count: number, rates: number): Seen[] => new Array(count).fill({ rates });

test('target tracking grows at the third minute above the target, to what brings the load to it', () => {
  expect(vmsOf(drive(make('target-tracking'), minutes(4, rateFor(12)), 10))).toEqual([10, 10, 12, 12]);
});

test('one minute at the target in between begins the count anew', () => {
  const load = [12, 12, 10, 12, 12, 12].map((vms) => ({ rates: rateFor(vms) }));
  expect(vmsOf(drive(make('target-tracking'), load, 10))).toEqual([10, 10, 10, 10, 10, 12]);
});

test('target tracking shrinks at the fifteenth minute below nine tenths of the target, and rounds up', () => {
  const vms = vmsOf(drive(make('target-tracking'), minutes(16, rateFor(6.2)), 10));
  expect(vms.slice(0, 14)).toEqual(new Array(14).fill(10));
  expect(vms.slice(14)).toEqual([7, 7]);
});

test('between nine tenths of the target and the target nothing happens', () => {
  fc.assert(
    fc.property(fc.double({ min: 9, max: 10, noNaN: true }), (vms) => {
      expect(new Set(vmsOf(drive(make('target-tracking'), minutes(20, rateFor(vms)), 10)))).toEqual(new Set([10]));
    }),
    { numRuns: 20 },
  );
});

test('insufficient data: nothing is done before there are points enough', () => {
  const policy = make('target-tracking');
  const { action, reason } = policy.decide(observation({ rates: rateFor(40), ready: 10 }));
  expect(action.vmCounts).toEqual([10]);
  expect(reason).toMatch(/sets off no alarm/);
  expect(policy.decide(observation({ timeSeconds: 120, rates: null, ready: 10 })).action.vmCounts).toEqual([10]);
});

test('while VMs warm up none goes, however low the load; after that they go', () => {
  const policy = make('target-tracking:lowPoints=1,highPoints=1,warmUpSeconds=300');
  const load = [20, 2, 2, 2, 2, 2, 2].map((vms) => ({ rates: rateFor(vms) }));
  expect(vmsOf(drive(policy, load, 10))).toEqual([20, 20, 20, 20, 20, 20, 2]);
});

test('a VM that boots is part of the fleet, and not of the metric', () => {
  const policy = make('target-tracking:lowPoints=1,highPoints=1,warmUpSeconds=0');
  const grown = policy.decide(observation({ rates: rateFor(15), ready: 10 })).action;
  expect(grown.vmCounts).toEqual([15]);
  const booting = observation({ timeSeconds: 120, rates: rateFor(15), ready: 10, booting: 5, lastAction: grown });
  expect(policy.decide(booting).action.vmCounts).toEqual([15]);
  const quiet = observation({ timeSeconds: 180, rates: 1, ready: 10, booting: 5, lastAction: grown });
  const { action, reason } = policy.decide(quiet);
  expect(action.vmCounts).toEqual([15]);
  expect(reason).toMatch(/VMs are warming up/);
});

test('the fast variant answers to the first point', () => {
  expect(vmsOf(drive(make('target-tracking-fast'), minutes(2, rateFor(12)), 10))).toEqual([12, 12]);
});
