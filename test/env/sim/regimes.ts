import { type Bounds, bounds } from './fluid-error.ts';
import type { RandomCaseOptions } from './random-service.ts';

/** Where a service may run: loads, fleets, waits and services from which cases are drawn, and how far off the fluid may be there. */
export interface Regime {
  readonly name: string;
  readonly cases: RandomCaseOptions;
  /** That every case keeps; those of the project where nothing else is stated. */
  readonly within: Bounds;
}

const usual: RandomCaseOptions = {
  intervals: 15,
  router: 'overflow',
  rate: { min: 15, max: 150 },
  capacity: { min: 0.9, max: 1.5 },
  maxWaitMs: [0, 50, 200, 300],
  serviceCv: [0.05, 0.12, 0.3],
};

const accuracyBudget = { accuracy: true, misses: false };
const missBudget = { accuracy: false, misses: true };

function regime(name: string, cases: Partial<RandomCaseOptions>, within: Partial<Bounds> = {}): Regime {
  return { name, cases: { ...usual, ...cases }, within: { ...bounds, ...within } };
}

export const regimes: readonly Regime[] = [
  regime('usual: 15 to 150 requests/s, capacity 0.9 to 1.5 of the load, short waits, cv to 0.3', {}),
  regime('large: 150 to 600 requests/s', { rate: { min: 150, max: 600 } }),
  regime('enough VMs: capacity 1.2 to 2', { capacity: { min: 1.2, max: 2 } }),
  regime('router weights', { router: 'weights' }, { attainment: 0.03 }),
  regime('provisioned: 2 to 10 environments', { lambdaProvisioned: [2, 5, 10] }, { usd: 0.04 }),
  regime('small: 2 to 15 requests/s', { rate: { min: 2, max: 15 } }, { usd: 0.03, attainment: 0.02 }),
  regime('Lambda 2 to 10 times as dear as a VM', { isLambdaDear: true }, { usd: 0.035 }),
  regime('too few VMs: capacity 0.5 to 0.9', { capacity: { min: 0.5, max: 0.9 } }, { usd: 0.04, attainment: 0.02 }),
  regime(
    'the strict may not wait, the relaxed may, too few VMs: capacity 0.4 to 1',
    { capacity: { min: 0.4, max: 1 }, maxWaitMsByClass: [[0], [200, 500, 1000, 1800, null]] },
    { usd: 0.04, attainment: 0.02 },
  ),
  regime(
    'the strict may wait longer than the relaxed, too few VMs: capacity 0.4 to 1',
    {
      capacity: { min: 0.4, max: 1 },
      maxWaitMsByClass: [
        [100, 200, 300],
        [0, 50],
      ],
    },
    { usd: 0.04, attainment: 0.02 },
  ),
  regime('bursts: requests in lots of 40', { lot: 40, maxWaitMs: [0, 50, 200, 300, 1000] }),
  regime('long waits, or any', { maxWaitMs: [200, 500, 1000, 1800, null] }, { attainment: 0.03 }),
  regime('any wait, nothing spilled', { maxWaitMs: [null] }, { attainment: 0.04 }),
  regime('batches of 4 and 16', {
    lambdaBatch: [
      { size: 4, timeoutMs: 50 },
      { size: 16, timeoutMs: 200 },
    ],
  }),
  regime('cv 0.6 to 1', { serviceCv: [0.6, 1] }, { usd: 0.03, attainment: 0.02 }),
  regime('queue limit of 5 to 100, any wait or 200 ms', { queueLimit: [5, 20, 100], maxWaitMs: [200, null] }),
  regime('contention of 0.05 and 0.2, short waits', { contention: [0.05, 0.2], maxWaitMs: [50, 200, 300] }),
  regime('accuracy budget: capacity 0.9 to 1.5', { budgets: [accuracyBudget] }),
  regime('accuracy budget, waits to 100 ms', { maxWaitMs: [0, 30, 50, 100], budgets: [accuracyBudget] }),
  regime('accuracy budget, too few VMs: capacity 0.6 to 1', {
    capacity: { min: 0.6, max: 1 },
    budgets: [accuracyBudget],
  }),
  regime('accuracy budget, small: 2 to 15 requests/s', { rate: { min: 2, max: 15 }, budgets: [accuracyBudget] }),
  regime('miss budget: capacity 0.9 to 1.5', { budgets: [missBudget] }, { usd: 0.045 }),
  regime('both budgets: capacity 0.6 to 1.5', {
    capacity: { min: 0.6, max: 1.5 },
    budgets: [{ accuracy: true, misses: true }],
  }),
];
