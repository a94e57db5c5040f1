import { expect, test } from 'vitest';
import type { Action, Observation } from '../../../env/types.ts';
import { atCadence } from '../../../policies/cadence.ts';
import { createPolicy } from '../../../policies/registry.ts';
import { examplePool, examplePrices, exampleProfile, observation } from '../example-service.ts';

const gpu = { ...examplePool, name: 'gpu', instanceType: 'large', min: 0, serviceMs: [10, 20, 40] };
const make = (text: string, pools = [examplePool]) =>
  createPolicy(text, atCadence({ ...exampleProfile, pools }, 2), examplePrices);

interface Check {
  readonly busy: readonly (number | null)[];
  readonly ready: readonly number[];
  readonly rate: number;
}

/** VMs after each check, two seconds apart. */
function check(text: string, checks: readonly Check[], pools = [examplePool]): (readonly number[])[] {
  const policy = make(text, pools);
  let lastAction: Action | null = null;
  return checks.map(({ busy, ready, rate }, index) => {
    const seen: Observation = {
      ...observation({ timeSeconds: 2 * (index + 1), rates: rate, lastAction }),
      utilization: busy.map((value) => (value === null ? null : { value, ageSeconds: 0 })),
      pools: ready.map((one) => ({ ready: one, booting: 0 })),
    };
    lastAction = policy.decide(seen).action;
    return lastAction.vmCounts;
  });
}

test('it decides every two seconds', () => {
  expect(make('infaas').cadenceSeconds).toBe(2);
});

test('at the threshold one VM is added, and then none for fifteen checks', () => {
  const busy = new Array(32).fill({ busy: [0.8], ready: [10], rate: 85 });
  const vms = check('infaas', busy).map((one) => one[0]);
  expect(vms.slice(0, 15)).toEqual(new Array(15).fill(11));
  expect(vms.slice(15, 30)).toEqual(new Array(15).fill(12));
  expect(vms[30]).toBe(13);
});

test('a VM goes after fifteen checks on end in which fewer would do', () => {
  // 10 VMs at 80 % serve 80; with 5 % of slack 9 VMs, which serve 72, suffice up to 68.5.
  const idle = { busy: [0.6], ready: [10], rate: 68 };
  const full = { busy: [0.6], ready: [10], rate: 69 };
  const vms = check('infaas', [...new Array(14).fill(idle), full, ...new Array(15).fill(idle)]).map((one) => one[0]);
  expect(vms.slice(0, 29)).toEqual(new Array(29).fill(10));
  expect(vms[29]).toBe(9);
});

test('when the load has left its range it moves to the pool that serves it for less, and lets the old one go once the new one carries it', () => {
  const pools = [examplePool, gpu];
  const heavy = { busy: [0.9, null], ready: [30, 0], rate: 300 };
  const [moved, waiting, over] = check(
    'infaas:payBackSeconds=86400',
    // 300 at 80 % need 38 small VMs, or 8 large ones at 4 times the price.
    [heavy, heavy, { busy: [0.5, 0.5], ready: [30, 8], rate: 300 }],
    pools,
  );
  expect(moved).toEqual([30, 8]);
  expect(waiting).toEqual([30, 8]);
  expect(over).toEqual([1, 8]);
});

test('a move that does not pay its boots back is not made', () => {
  const heavy = { busy: [0.9, null], ready: [30, 0], rate: 300 };
  const [first] = check('infaas:payBackSeconds=60', [heavy], [examplePool, gpu]);
  expect(first).toEqual([31, 0]);
});
