import { attainment, meanAccuracy, totalRequests, totalUsd } from '../../../env/outcome.ts';
import type { RandomCase, RandomCaseOptions } from './random-service.ts';
import { simulate } from './small-service.ts';

/** How far the fluid is off the request level: of dollars in parts; of attainment, the spilled share and the mean accuracy in points of 1. */
export interface FluidError {
  readonly usd: number;
  readonly attainment: number;
  readonly spilled: number;
  readonly accuracy: number;
}

/** What the project promises of the fluid where it promises something. */
export const bounds = { usd: 0.02, attainment: 0.01, accuracy: 0.002 };

export function isWithinBounds({ usd, attainment, accuracy }: FluidError): boolean {
  return (
    Math.abs(usd) <= bounds.usd && Math.abs(attainment) <= bounds.attainment && Math.abs(accuracy) <= bounds.accuracy
  );
}

export async function fluidError(options: Omit<Parameters<typeof simulate>[0], 'fidelity'>): Promise<FluidError> {
  const fluid = await simulate({ ...options, fidelity: 'fluid' });
  const exact = await simulate({ ...options, fidelity: 'request-level' });
  return {
    usd: totalUsd(fluid.total) / totalUsd(exact.total) - 1,
    attainment: (attainment(fluid.total.classes) ?? 1) - (attainment(exact.total.classes) ?? 1),
    spilled: (fluid.total.spilled - exact.total.spilled) / Math.max(1, totalRequests(exact.total)),
    accuracy: (meanAccuracy(fluid.total) ?? 0) - (meanAccuracy(exact.total) ?? 0),
  };
}

const intervals = 15;

export function errorOfCase({ profile, workload, actions, seed }: RandomCase): Promise<FluidError> {
  return fluidError({ profile, workload, actions, intervals: actions.length, seed });
}

/** Where a service may run: loads, fleets, waits and services from which cases are drawn. */
export interface Regime {
  readonly name: string;
  readonly cases: RandomCaseOptions;
}

const usual: RandomCaseOptions = {
  intervals,
  router: 'overflow',
  rate: { min: 15, max: 150 },
  capacity: { min: 0.9, max: 1.5 },
  maxWaitMs: [0, 50, 200, 300],
  serviceCv: [0.05, 0.12, 0.3],
};

const accuracyBudget = { accuracy: true, misses: false };
const missBudget = { accuracy: false, misses: true };

export const regimes: readonly Regime[] = [
  { name: 'usual: 15 to 150 requests/s, capacity 0.9 to 1.5 of the load, short waits, cv to 0.3', cases: usual },
  { name: 'large: 150 to 1,000 requests/s', cases: { ...usual, rate: { min: 150, max: 1000 } } },
  { name: 'small: 2 to 15 requests/s', cases: { ...usual, rate: { min: 2, max: 15 } } },
  { name: 'enough VMs: capacity 1.2 to 2', cases: { ...usual, capacity: { min: 1.2, max: 2 } } },
  { name: 'too few VMs: capacity 0.5 to 0.9', cases: { ...usual, capacity: { min: 0.5, max: 0.9 } } },
  { name: 'long waits, or any', cases: { ...usual, maxWaitMs: [200, 500, 1000, 1800, null] } },
  { name: 'any wait, nothing spilled', cases: { ...usual, maxWaitMs: [null] } },
  { name: 'router weights', cases: { ...usual, router: 'weights' } },
  {
    name: 'queue limit of 5 to 100, any wait or 200 ms',
    cases: { ...usual, queueLimit: [5, 20, 100], maxWaitMs: [200, null] },
  },
  {
    name: 'contention of 0.05 and 0.2, short waits',
    cases: { ...usual, contention: [0.05, 0.2], maxWaitMs: [50, 200, 300] },
  },
  { name: 'provisioned: 2 to 10 environments', cases: { ...usual, lambdaProvisioned: [2, 5, 10] } },
  {
    name: 'batches of 4 and 16',
    cases: {
      ...usual,
      lambdaBatch: [
        { size: 4, timeoutMs: 50 },
        { size: 16, timeoutMs: 200 },
      ],
    },
  },
  { name: 'cv 0.6 to 1', cases: { ...usual, serviceCv: [0.6, 1] } },
  { name: 'accuracy budget: capacity 0.9 to 1.5', cases: { ...usual, budgets: [accuracyBudget] } },
  {
    name: 'accuracy budget, too few VMs: capacity 0.6 to 1',
    cases: { ...usual, capacity: { min: 0.6, max: 1 }, budgets: [accuracyBudget] },
  },
  {
    name: 'accuracy budget, small: 2 to 15 requests/s',
    cases: { ...usual, rate: { min: 2, max: 15 }, budgets: [accuracyBudget] },
  },
  { name: 'miss budget: capacity 0.9 to 1.5', cases: { ...usual, budgets: [missBudget] } },
  {
    name: 'both budgets: capacity 0.6 to 1.5',
    cases: { ...usual, capacity: { min: 0.6, max: 1.5 }, budgets: [{ accuracy: true, misses: true }] },
  },
];
