import { expect, test } from 'vitest';
import type { Workload } from '../../../env/types.ts';
import { HourlyLoad } from '../../../policies/forecast/hourly-load.ts';
import { createPolicy } from '../../../policies/registry.ts';
import { drive, vmsOf } from '../drive.ts';
import { examplePrices, exampleProfile, observation } from '../example-service.ts';

const make = (text: string) => createPolicy(text, exampleProfile, examplePrices);
/** Quiet at night and by day, and from nine to ten in the morning a hundred requests a second. */
const rateAt = (hour: number) => (hour % 24 === 9 ? 100 : 20);
const days = (count: number): Workload => ({
  name: 'past',
  stepSeconds: 3600,
  requests: Float64Array.from({ length: 24 * count }, (_, hour) => 3600 * rateAt(hour)),
  counted: true,
});

test('VMs for an hour are launched five minutes before it begins, and go when target tracking says so', () => {
  const policy = make('predictive-scaling');
  policy.recall!(days(3));
  const load = Array.from({ length: 11 * 60 }, (_, minute) => ({ rates: rateAt(Math.floor((minute - 1) / 60)) }));
  const vms = vmsOf(drive(policy, load, 4));
  expect(vms.slice(0, 9 * 60 - 5)).toEqual(new Array(9 * 60 - 5).fill(4));
  expect(vms.slice(9 * 60 - 5, 10 * 60)).toEqual(new Array(65).fill(20));
  // Nothing but the low alarm of target tracking takes them, a quarter of an hour later.
  expect(vms[10 * 60 + 10]).toBe(20);
  expect(vms[10 * 60 + 20]).toBe(4);
});

test('without a day of history it is target tracking', () => {
  const load = Array.from({ length: 200 }, (_, minute) => ({ rates: 20 + ((minute * 37) % 90) }));
  const known = make('predictive-scaling');
  known.recall!(days(0.5));
  for (const policy of [known, make('predictive-scaling')]) {
    expect(vmsOf(drive(policy, load, 4))).toEqual(vmsOf(drive(make('target-tracking'), load, 4)));
  }
});

test('hours are forecast at the level of the newest ones, and anew every six hours', () => {
  const load = new HourlyLoad(1);
  load.recall(days(7));
  load.add(observation({ timeSeconds: 0, rates: null }));
  const hours = (from: number, to: number) => {
    for (let minute = from * 60 + 1; minute <= to * 60; minute++) {
      load.add(observation({ timeSeconds: minute * 60, rates: 40 }));
    }
  };
  hours(0, 1);
  expect(load.peak(9 * 3600, 9 * 3600 + 60)).toBeCloseTo(100, 6);
  hours(1, 6.5);
  // Six hours at twice the load that was known: the next forecast is twice as high.
  expect(load.peak(9 * 3600, 9 * 3600 + 60)).toBeGreaterThan(180);
});
