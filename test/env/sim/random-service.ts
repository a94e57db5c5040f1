import fc from 'fast-check';
import { Random } from '../../../env/random.ts';
import type { Action, LambdaBatch, RouterBudgets, RouterKind, ServiceProfile, Workload } from '../../../env/types.ts';
import { counts, service } from './small-service.ts';

/** A service, a load and a sequence of actions, drawn by fast-check, and so shrunk by it. */
export interface RandomCase {
  readonly profile: ServiceProfile;
  readonly workload: Workload;
  readonly actions: readonly Action[];
  readonly seed: number;
}

export interface RandomCaseOptions {
  readonly intervals: number;
  /** Requests per second. */
  readonly rate: { readonly min: number; readonly max: number };
  /** Capacity of the VMs over the load. */
  readonly capacity: { readonly min: number; readonly max: number };
  /** Any of them for any class. */
  readonly maxWaitMs: readonly (number | null)[];
  /** [class] The same for the strict and for the relaxed; `maxWaitMs` for both where it is not stated. */
  readonly maxWaitMsByClass?: readonly [readonly (number | null)[], readonly (number | null)[]];
  readonly serviceCv: readonly number[];
  /** Any where it is not stated. */
  readonly router?: RouterKind;
  /** None where they are not stated. */
  readonly queueLimit?: readonly number[];
  readonly contention?: readonly number[];
  /** VMs of several slots cost as much as those of one: Lambda is then up to 10 times as dear as they, else 2.0 to 2.5 times. */
  readonly isLambdaDear?: boolean;
  readonly lambdaProvisioned?: readonly number[];
  readonly lambdaBatch?: readonly LambdaBatch[];
  readonly budgets?: readonly RouterBudgets[];
  /** Requests come so many at once, as in a trace whose counts were multiplied. */
  readonly lot?: number;
}

const variants = [
  { name: 'fast', accuracy: 0.7 },
  { name: 'good', accuracy: 0.8 },
];
const serviceMs = [60, 150];
/** [slots of a VM] As on EC2, twice the machine is twice the price. */
const instanceTypes: Readonly<Record<number, string>> = { 1: 'small', 2: 'double', 4: 'quadruple' };
const [pool] = service.pools;

const profiles = ({
  serviceCv,
  router,
  queueLimit = [],
  contention = [0],
  isLambdaDear = false,
}: RandomCaseOptions): fc.Arbitrary<ServiceProfile> =>
  fc
    .record({
      serviceCv: fc.constantFrom(...serviceCv),
      router: router
        ? fc.constant(router)
        : fc.constantFrom('overflow' as const, 'overflow' as const, 'weights' as const),
      queueLimit: fc.constantFrom(...queueLimit, ...(queueLimit.length === 0 ? [null] : [])),
      contention: fc.constantFrom(...contention),
      slots: fc.constantFrom(1, 1, 2, 4),
      concurrencyLimit: fc.constantFrom(1000, 1000, 30),
      keepAliveSeconds: fc.constantFrom(120, 600),
      strictShare: fc.constantFrom(0.2, 0.5, 0.8),
    })
    .map(({ serviceCv, router, slots, strictShare, queueLimit, contention, ...lambda }) => ({
      ...service,
      serviceCv,
      router,
      queueLimit,
      variants,
      slo: {
        attainment: 0.99,
        classes: [
          { name: 'strict', share: strictShare, deadlineMs: 500 },
          { name: 'relaxed', share: 1 - strictShare, deadlineMs: 2000 },
        ],
      },
      pools: [
        { ...pool!, slots, contention, serviceMs, instanceType: isLambdaDear ? 'small' : instanceTypes[slots]! },
        { ...pool!, name: 'fast', instanceType: 'large', serviceMs: [10, 20] },
      ],
      lambda: {
        ...lambda,
        batchMarginal: 0.3,
        memoryMb: [1024, 2048],
        serviceMs: [
          [120, 70],
          [300, 160],
        ],
        coldStartMs: [
          [1500, 1000],
          [3000, 2500],
        ],
      },
      clientTimeoutMs: 30_000,
    }));

/** [second] Poisson counts of a load that moves from interval to interval. */
const workloads = (rate: number, intervals: number, lot: number): fc.Arbitrary<Workload> =>
  fc
    .tuple(
      fc.array(fc.double({ min: 0.7, max: 1.4, noNaN: true }), { minLength: intervals, maxLength: intervals }),
      fc.nat(),
    )
    .map(([levels, seed]) => {
      const random = Random.seeded(seed, 'counts');
      return counts(
        levels.flatMap((level) => Array.from({ length: 60 }, () => lot * random.poisson((rate * level) / lot))),
      );
    });

/** The same case with budgets, around a floor that the variant in force just meets or exceeds, and at times with a larger variant. */
const budgeted = (one: RandomCase, choices: readonly RouterBudgets[]): fc.Arbitrary<RandomCase> =>
  fc
    .record({
      budgets: fc.constantFrom(...choices),
      accuracyFloor: fc.constantFrom(0.75, 0.78, 0.79, 0.8),
      timesAsLong: fc.constantFrom(null, 1.3, 2),
    })
    .map(({ budgets, accuracyFloor, timesAsLong }) => {
      const { profile } = one;
      const longer = (ms: readonly (number | null)[]) => (timesAsLong ? [...ms, timesAsLong * ms.at(-1)!] : ms);
      const { lambda, pools } = profile;
      return {
        ...one,
        actions: one.actions.map((action) => ({ ...action, variant: 1 })),
        profile: {
          ...profile,
          budgets,
          accuracyFloor,
          variants: timesAsLong ? [...variants, { name: 'large', accuracy: 0.84 }] : variants,
          pools: pools.map((pool) => ({ ...pool, serviceMs: longer(pool.serviceMs) })),
          lambda: timesAsLong
            ? {
                ...lambda,
                serviceMs: [...lambda.serviceMs, lambda.serviceMs.at(-1)!],
                coldStartMs: [...lambda.coldStartMs, lambda.coldStartMs.at(-1)!],
              }
            : lambda,
        },
      };
    });

export function randomCases(options: RandomCaseOptions): fc.Arbitrary<RandomCase> {
  const { budgets } = options;
  const cases = plainCases(options);
  return budgets ? cases.chain((one) => budgeted(one, budgets)) : cases;
}

function plainCases(options: RandomCaseOptions): fc.Arbitrary<RandomCase> {
  const { intervals, rate, capacity, maxWaitMs, lambdaProvisioned = [0], lambdaBatch = [], lot = 1 } = options;
  const [strictMaxWaitMs, relaxedMaxWaitMs] = options.maxWaitMsByClass ?? [maxWaitMs, maxWaitMs];
  return fc
    .record({
      profile: profiles(options),
      rate: fc.integer(rate),
      variant: options.budgets ? fc.constant(1) : fc.constantFrom(0, 1),
      factors: fc.array(fc.double({ ...capacity, noNaN: true }), { minLength: 3, maxLength: 3 }),
      fastVms: fc.constantFrom(0, 0, 1),
      memoryMb: fc.constantFrom(1024, 2048),
      waits: fc.tuple(fc.constantFrom(...strictMaxWaitMs), fc.constantFrom(...relaxedMaxWaitMs)),
      lambdaShare: fc.constantFrom(0, 0.1, 0.4),
      provisioned: fc.constantFrom(...lambdaProvisioned),
      batch: fc.constantFrom(...lambdaBatch, ...(lambdaBatch.length === 0 ? [null] : [])),
      seed: fc.nat(),
    })
    .chain(({ profile, rate, variant, factors, fastVms, memoryMb, waits, lambdaShare, provisioned, batch, seed }) => {
      const vms = (factor: number) =>
        Math.ceil(((rate * serviceMs[variant]!) / 1000 / profile.pools[0]!.slots) * factor);
      const act = (interval: number): Action => ({
        variant,
        vmCounts: [vms(factors[Math.floor((interval * factors.length) / intervals)]!), fastVms],
        lambdaMemoryMb: memoryMb,
        spillover: { maxWaitMs: waits, lambdaShare },
        ...(provisioned > 0 ? { lambdaProvisioned: provisioned } : {}),
        ...(batch ? { lambdaBatch: batch } : {}),
      });
      return workloads(rate, intervals, lot).map((workload) => ({
        profile,
        workload,
        actions: Array.from({ length: intervals }, (_, interval) => act(interval)),
        seed,
      }));
    });
}
