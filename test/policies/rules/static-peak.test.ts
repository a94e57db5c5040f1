import { expect, test } from 'vitest';
import { createPolicy } from '../../../policies/registry.ts';
import { drive, vmsOf } from '../drive.ts';
import { examplePrices, exampleProfile } from '../example-service.ts';

const make = (text: string) => createPolicy(text, exampleProfile, examplePrices);

test('the largest load ever seen stays provided for', () => {
  const load = [100, 240, 50, null, 180, 300, 10].map((rates) => ({ rates }));
  expect(vmsOf(drive(make('static-peak:margin=1.5'), load, 3))).toEqual([15, 36, 36, 36, 36, 45, 45]);
});

test('with a known past the fleet is its peak from the start, even where more was found; without one, what was found stays', () => {
  const policy = make('static-peak:margin=1');
  const requests = Float64Array.from([600, 12000, 3000]);
  policy.recall!({ name: 'past', stepSeconds: 60, requests, counted: true });
  const load = [{ rates: 50 }, { rates: 50 }];
  expect(vmsOf(drive(policy, load, 40))).toEqual([20, 20]);
  expect(vmsOf(drive(make('static-peak:margin=1'), load, 40))).toEqual([40, 40]);
});
