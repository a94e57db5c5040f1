import { expect, test } from 'vitest';
import { withServerMs } from '../../studies/change.ts';
import { measure, onServers } from '../../studies/deployment.ts';
import { onceEach } from '../../studies/reproduction.ts';
import { assumedTimes, measureFunction } from '../../studies/serverless/calibration.ts';
import { fittedFunction } from '../../studies/serverless/fitted.ts';
import { rowOf } from '../../studies/serverless/systems.ts';
import { drawn } from '../../studies/serverless/workloads.ts';
import { take } from '../../studies/shelf.ts';

const laboratory = { seed: 1, papers: 'examples/papers', traces: null, once: onceEach(), told: () => {} };
const early = { ...assumedTimes, firstPeak40: 8.6 };

test('each draw of a workload has the total of the paper', () => {
  for (const [name, total] of [
    ['workload-40', 15_000],
    ['workload-120', 51_600],
    ['workload-200', 86_000],
  ] as const) {
    for (const { requests } of drawn(name, early, 1)) expect(requests.reduce((sum, one) => sum + one, 0)).toBe(total);
  }
});

test('workload-40 is 40 requests a second in its peaks, and begins its first where it is told to', () => {
  const [workload] = drawn('workload-40', { ...early, firstPeak40: 100 }, 1);
  const mean = (from: number, to: number) =>
    workload!.requests.slice(from, to).reduce((sum, one) => sum + one, 0) / (to - from);
  expect(mean(100, 210)).toBeGreaterThan(37);
  expect(mean(300, 520)).toBeGreaterThan(38);
  expect(mean(0, 100)).toBeLessThan(5);
});

test('the fitted warm time costs what the paper prints at workload-40, and predicts the others', async () => {
  const row = rowOf('aws-mobilenet-ort');
  const { deployed, warmMs } = await fittedFunction(laboratory, row.profile, early);
  const { profile } = await take(laboratory, row.profile, row.prices);
  expect(Math.abs(profile.lambda.serviceMs[0]![0]! / warmMs - 1), 'what the profile states').toBeLessThan(0.02);
  const usd = (name: 'workload-40' | 'workload-120') => measureFunction(deployed, drawn(name, early, 1)).usd;
  expect(Math.abs(usd('workload-40') / row.usd[0] - 1)).toBeLessThan(0.01);
  expect(Math.abs(usd('workload-120') / row.usd[1] - 1)).toBeLessThan(0.1);
});

test('a server that is overloaded answers what it can, and costs the same', async () => {
  const { profile, prices } = await take(laboratory, 'aws-mobilenet-tf', 'aws-2021');
  const slow = withServerMs(profile, 'cpu', 1000);
  const [workload] = drawn('workload-40', early, 1);
  const run = (one: typeof profile) => measure({ profile: one, prices, action: onServers(one, 'cpu') }, workload!, 1);
  // At one request a second, 900 s and the 60 s of patience after them.
  expect(run(slow).success).toBeCloseTo(960 / 15_000, 2);
  expect(run(slow).usd).toBeCloseTo(0.3712 / 4, 6);
  expect(run(profile).usd).toBeCloseTo(0.3712 / 4, 6);
});
