import { expect, test } from 'vitest';
import { createPolicy } from '../../../policies/registry.ts';
import { responseTail } from '../../../policies/waiting.ts';
import { drive, vmsOf } from '../drive.ts';
import { examplePrices, exampleProfile } from '../example-service.ts';

const make = (text: string) => createPolicy(text, exampleProfile, examplePrices);

test('swayam takes the fewest VMs with which the model keeps the promise', () => {
  const decisions = drive(make('swayam:forecaster=1,scaleInDelaySeconds=0'), new Array(5).fill({ rates: 200 }), 20);
  const vms = vmsOf(decisions).at(-1)!;
  const late = (servers: number) => responseTail({ ratePerSecond: 200, servers, serviceMs: 100, serviceCv: 0 }, 500);
  expect(late(vms)).toBeLessThanOrEqual(0.01);
  expect(late(vms - 1)).toBeGreaterThan(0.01);
  expect(decisions.at(-1)!.reason).toBe(
    `planned are 200 req/s, 1 times the most predicted for the 120 s of a boot; with ${vms} VMs 99 % of them stay within 500 ms; ${vms} ready, 0 booting`,
  );
});

test('a larger share in time takes more VMs', () => {
  const vms = [0.9, 0.99, 0.999, 0.999999].map(
    (share) => vmsOf(drive(make(`swayam:attainment=${share},forecaster=1`), [{ rates: 300 }], 1))[0]!,
  );
  expect([...vms].sort((a, b) => a - b)).toEqual(vms);
  expect(vms[3]).toBeGreaterThan(vms[0]!);
});

test('where no fleet keeps the promise it still serves the load', () => {
  const slow = { ...exampleProfile, serviceCv: 2 };
  const policy = createPolicy('swayam:attainment=0.999999,forecaster=1', slow, examplePrices);
  expect(vmsOf(drive(policy, [{ rates: 100 }], 1))).toEqual([15]);
});
