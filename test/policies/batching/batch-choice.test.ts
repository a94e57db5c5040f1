import { expect, test } from 'vitest';
import type { ServiceProfile } from '../../../env/types.ts';
import { BatchChooser } from '../../../policies/batching/batch-choice.ts';
import { poissonArrivals } from '../../../policies/batching/markovian-arrivals.ts';
import { createPolicy } from '../../../policies/registry.ts';
import { drive } from '../drive.ts';
import { examplePrices, exampleProfile } from '../example-service.ts';

/** A second request in a batch takes a tenth of the time of the first. */
const saving: ServiceProfile = { ...exampleProfile, lambda: { ...exampleProfile.lambda, batchMarginal: 0.1 } };
const choose = (profile: ServiceProfile, rate: number, rest = {}) =>
  new BatchChooser({ profile, prices: examplePrices, variant: 1, lateShare: 0.01, mostSize: 16, ...rest }).choose(
    poissonArrivals(rate),
  );

test('where batches save nothing each request goes by itself', () => {
  const { batch, tier, usdPerRequest, lateShare } = choose(exampleProfile, 100);
  expect(batch).toEqual({ size: 1, timeoutMs: 0 });
  expect(tier).toBe(1); // 512 MB would take 600 ms, longer than the deadline
  expect(usdPerRequest).toBeCloseTo(0.002, 12);
  expect(lateShare).toBe(0);
});

test('where they save, and requests come close together, batches are as large as the deadline allows', () => {
  const { batch, lateShare, usdPerRequest, meanSize } = choose(saving, 100);
  // Of 16 the service takes 250 ms; with what the first waits it just stays below 500 ms.
  expect(batch.size).toBe(16);
  expect(lateShare).toBeLessThanOrEqual(0.01);
  expect(meanSize).toBeGreaterThan(12);
  // A full batch costs 0.002 · 2.5 for 16.
  expect(usdPerRequest).toBeGreaterThanOrEqual((0.002 * 2.5) / 16 - 1e-12);
  expect(usdPerRequest).toBeLessThan(0.0005);
});

test('the rarer the requests, the smaller the batches and the dearer the request', () => {
  const choices = [200, 50, 10, 1].map((rate) => choose(saving, rate));
  for (let at = 1; at < choices.length; at++) {
    expect(choices[at]!.meanSize).toBeLessThan(choices[at - 1]!.meanSize);
    expect(choices[at]!.usdPerRequest).toBeGreaterThan(choices[at - 1]!.usdPerRequest);
  }
});

test('where nothing keeps the promise the fewest late requests do', () => {
  const { lateShare, batch } = choose({ ...saving, serviceCv: 2 }, 100, { lateShare: 0 });
  expect(lateShare).toBeGreaterThan(0);
  expect(batch).toEqual({ size: 1, timeoutMs: 0 });
});

test('batch keeps VMs at their minimum and sends the rest to Lambda in batches, at the memory that it chose', () => {
  const policy = createPolicy('batch', saving, examplePrices);
  const { action, reason } = drive(policy, new Array(5).fill({ rates: 110 }), 8).at(-1)!;
  expect(action.vmCounts).toEqual([1]);
  expect(action.lambdaMemoryMb).toBe(1024);
  expect(action.lambdaBatch!.size).toBe(16);
  expect(action.lambdaBatch!.timeoutMs).toBeGreaterThan(100);
  expect(action.spillover.maxWaitMs).toEqual([0, 0]);
  expect(reason).toMatch(
    /^batches of up to 16 within \d+ ms at 1024 MB should cost \$[\d.]+ per million requests and be late for [\d.e-]+ % of them; /,
  );
});
