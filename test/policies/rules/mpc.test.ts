import { expect, test } from 'vitest';
import type { Workload } from '../../../env/types.ts';
import { DemandPaths } from '../../../policies/planning/demand-paths.ts';
import { createPolicy } from '../../../policies/registry.ts';
import { drive, vmsOf } from '../drive.ts';
import { examplePrices, exampleProfile, observation, type Seen } from '../example-service.ts';

const make = (text: string) => createPolicy(text, exampleProfile, examplePrices);
const steady = (rate: number, minutes: number): Seen[] => new Array(minutes).fill({ rates: rate });

test.each(['mpc', 'mpc:plan=1', 'mpc:scenarios=0'])('%s follows a load that has come to stay, up and down', (text) => {
  const vms = vmsOf(drive(make(text), [...steady(105, 40), ...steady(55, 60)], 3));
  // The eleventh VM is half used, which is what it costs on Lambda: nothing changes for it.
  expect(vms[39]).toBe(10);
  expect(vms.at(-1)).toBeGreaterThanOrEqual(5);
  expect(vms.at(-1)).toBeLessThanOrEqual(6);
});

test('where Lambda is cheaper than a full VM it rents none but the least', () => {
  expect(vmsOf(drive(make('mpc:lambdaFactor=0.45'), steady(105, 30), 8)).at(-1)).toBe(1);
});

test('a spike of a minute that always passes is left to Lambda once scenarios have shown it; one that stays is followed', () => {
  const hour = (spike: number): Seen[] => [...steady(50, 10 - spike), ...steady(150, spike)];
  const spiky = Array.from({ length: 30 }, () => hour(1)).flat();
  const [knowing, naive] = [vmsOf(drive(make('mpc'), spiky, 5)), vmsOf(drive(make('mpc:scenarios=0'), spiky, 5))];
  // The minute after the last spike: the forecast alone takes it for what comes.
  expect(Math.max(...naive.slice(-10))).toBe(15);
  expect(Math.max(...knowing.slice(-10))).toBeLessThanOrEqual(6);
  const plateaus = Array.from({ length: 8 }, () => [...steady(50, 20), ...steady(150, 20)]).flat();
  expect(vmsOf(drive(make('mpc'), plateaus, 5)).at(-1)).toBeGreaterThanOrEqual(14);
});

test('a past that is recalled makes scenarios from the first decision on', () => {
  const past: Workload = {
    name: 'past',
    stepSeconds: 60,
    requests: Float64Array.from({ length: 300 }, (_, minute) => 60 * (minute % 10 === 9 ? 150 : 50)),
    counted: false,
  };
  const policy = make('mpc');
  policy.recall!(past);
  const { action, reason } = policy.decide(observation({ timeSeconds: 0, rates: 50, ready: 5 }));
  expect(reason).toMatch(
    /^in 30 scenarios of the next 1800 s up to 1[0-9.]+ VMs are busy, and 5 VMs pay for themselves/,
  );
  expect(action.vmCounts).toEqual([5]);
});

test('a boot that is under way counts for what is left of it', () => {
  const policy = make('mpc:scenarios=0');
  const asked = policy.decide(observation({ timeSeconds: 0, rates: 100, ready: 1 })).action;
  expect(asked.vmCounts).toEqual([10]);
  const later = policy.decide(observation({ timeSeconds: 60, rates: 100, ready: 1, booting: 9, lastAction: asked }));
  expect(later.action.vmCounts).toEqual([10]);
});

test('paths repeat what came after the moments most like the present, in proportion to the forecast', () => {
  const paths = new DemandPaths(2, 100);
  // After a doubling comes a halving, after a halving a doubling.
  for (let at = 0; at < 40; at++) paths.add([at % 2 === 0 ? 10 : 20], Float64Array.of(10, 10));
  const found = paths.paths(5);
  expect(found).toHaveLength(5);
  for (const path of found) expect(path).toEqual([[1], [2]]);
});

test('what was lost breaks no path, and what is not known yet goes on as it was', () => {
  const paths = new DemandPaths(6, 100);
  for (let at = 0; at < 4; at++) paths.add([10], Float64Array.of(5, 5, 5, 5, 5, 5));
  paths.add(null, null);
  paths.add([10], Float64Array.of(5, 5, 5, 5, 5, 5));
  for (const path of paths.paths(10)) expect(path).toEqual(new Array(6).fill([2]));
});
