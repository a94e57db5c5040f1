import { describe, expect, test } from 'vitest';
import { addOutcomes, emptyOutcome } from '../../env/outcome.ts';
import type { Action, Environment, Observation, Outcome, ServiceProfile, Signal } from '../../env/types.ts';

/** A world to hold against the contract: at a constant load, with nothing going wrong. */
export interface World {
  readonly profile: ServiceProfile;
  readonly environment: Environment;
  /** Lets the world's time pass where a step does not: on the wall clock. */
  readonly pass: (seconds: number) => Promise<void>;
  readonly requestsPerSecond: number;
  /** Once nothing is needed any more. */
  readonly end?: () => Promise<void>;
}

/** What a world can be asked: an emulator of AWS has no load, so its metrics tell nothing. */
export interface WorldKind {
  readonly name: string;
  readonly open: () => Promise<World>;
  readonly hasLoad: boolean;
  /** Null: VMs are there at once. */
  readonly bootSeconds: number;
}

/** The contract of env/types.ts, which every environment keeps, whatever it is made of. */
export function describeContract({ name, open, hasLoad, bootSeconds }: WorldKind): void {
  describe(`the environment's contract: ${name}`, () => {
    const played = async (vmCounts: readonly (readonly number[])[], judge: (play: Play) => void) => {
      const world = await open();
      try {
        judge(await play(world, vmCounts));
      } finally {
        await world.environment.close();
        await world.end?.();
      }
    };

    test('an observation has a place for each pool and class, and numbers that can be', async () => {
      await played([[2], [4], [3], [3]], ({ world, observations }) => {
        for (const observation of observations) expectPossible(observation, world.profile);
      });
    });

    test('an action in force is observed as the last one, unless nothing was ever known of arrivals', async () => {
      await played(Array(6).fill([5]), ({ actions, observations }) => {
        const { lastAction } = observations.at(-1)!;
        if (hasLoad) expect(lastAction).toMatchObject({ vmCounts: actions.at(-1)!.vmCounts, variant: 0 });
        else expect(lastAction).toBeNull();
      });
    });

    test('the desired state is reached, and stating it again changes nothing', async () => {
      const intervals = 3 + Math.ceil(bootSeconds / 60);
      await played(Array(2 * intervals).fill([4]), ({ observations }) => {
        const settled = observations.slice(intervals);
        for (const { pools } of settled) expect(pools[0]!.ready + pools[0]!.booting).toBe(4);
        expect(settled.at(-1)!.pools[0]!.ready).toBe(4);
      });
    });

    test('time goes on', async () => {
      await played([[2], [2], [2]], ({ observations }) => {
        const times = observations.map(({ timeSeconds }) => timeSeconds);
        for (let index = 1; index < times.length; index++) expect(times[index]! - times[index - 1]!).toBe(60);
      });
    });

    if (!hasLoad) return;

    test('outcomes add up: who arrived was in time, late, lost, or is inside', async () => {
      await played(Array(10).fill([8]), ({ world, outcomes }) => {
        const all = outcomes.reduce(addOutcomes, emptyOutcome(world.profile));
        const total = sum(all.classes.map(({ requests }) => requests));
        const told = sum(all.classes.map(({ inTime, late, lost }) => inTime + late + lost)) + all.insideChange;
        expect(Math.abs(total - told)).toBeLessThan(1e-6 * total + 1e-6);
        expect(total / all.seconds / world.requestsPerSecond).toBeGreaterThan(0.8);
        expect(total / all.seconds / world.requestsPerSecond).toBeLessThan(1.2);
      });
    });

    test('what arrives is observed, once the metrics have had their delay', async () => {
      await played(Array(8).fill([8]), ({ world, observations }) => {
        const { arrivals } = observations.at(-1)!;
        const mean = sum(arrivals!.value) / arrivals!.value.length;
        expect(mean / world.requestsPerSecond).toBeGreaterThan(0.7);
        expect(mean / world.requestsPerSecond).toBeLessThan(1.3);
      });
    });

    test('VMs are paid for as long as they are there', async () => {
      await played(Array(12).fill([5]), ({ outcomes }) => {
        const late = outcomes.slice(6);
        const seconds = sum(late.map((one) => one.seconds));
        expect(sum(late.map((one) => one.vmSeconds[0]!)) / seconds).toBeGreaterThan(4.5);
        expect(sum(late.map((one) => one.vmSeconds[0]!)) / seconds).toBeLessThan(5.5);
        expect(sum(late.map((one) => one.usd.vm))).toBeGreaterThan(0);
      });
    });
  });
}

interface Play {
  readonly world: World;
  readonly actions: readonly Action[];
  /** After each step, and of each one whose outcome is known. */
  readonly observations: readonly Observation[];
  readonly outcomes: readonly Outcome[];
}

async function play(world: World, vmCounts: readonly (readonly number[])[]): Promise<Play> {
  const { environment, profile, pass } = world;
  const actions: Action[] = [];
  const observations: Observation[] = [];
  const outcomes: Outcome[] = [];
  await environment.observe();
  for (const [vms] of vmCounts) {
    const action = actionOf(profile, vms!);
    actions.push(action);
    outcomes.push(...(await knownOutcome(environment, action)));
    await pass(profile.decisionSeconds);
    observations.push(await environment.observe());
  }
  return { world, actions, observations, outcomes };
}

async function knownOutcome(environment: Environment, action: Action): Promise<Outcome[]> {
  try {
    return [await environment.step(action)];
  } catch (error) {
    if ((error as Error).constructor.name === 'OutcomeUnknown') return [];
    throw error;
  }
}

/** So many VMs of the first pool, none of the others, and nothing is spilled. */
function actionOf(profile: ServiceProfile, vms: number): Action {
  return {
    variant: 0,
    vmCounts: profile.pools.map(({ min }, pool) => (pool === 0 ? vms : min)),
    lambdaMemoryMb: profile.lambda.memoryMb[0]!,
    spillover: { maxWaitMs: profile.slo.classes.map(() => null), lambdaShare: 0 },
  };
}

function expectPossible(observation: Observation, { pools, slo }: ServiceProfile): void {
  expect(observation.pools).toHaveLength(pools.length);
  expect(observation.utilization).toHaveLength(pools.length);
  expect(observation.queueLength).toHaveLength(slo.classes.length);
  expect(observation.attainment).toHaveLength(slo.classes.length);
  for (const { ready, booting } of observation.pools) {
    for (const count of [ready, booting]) expect(Number.isInteger(count) && count >= 0).toBe(true);
  }
  expect((observation.arrivals?.value ?? []).every((rate) => Number.isFinite(rate) && rate >= 0)).toBe(true);
  for (const share of [...observation.utilization, ...observation.attainment, observation.accuracy]) {
    expectWithin(share, 1);
  }
  const { p50, p95, p99 } = observation.latencyMs;
  for (const amount of [...observation.queueLength, observation.spilledPerSecond, p50, p95, p99]) {
    expectWithin(amount, Number.POSITIVE_INFINITY);
  }
}

/** Absent, or a number with an age. */
function expectWithin(signal: Signal, most: number): void {
  if (signal === null) return;
  expect(signal.value).toBeGreaterThanOrEqual(0);
  expect(signal.value).toBeLessThanOrEqual(most);
  expect(Number.isFinite(signal.value)).toBe(true);
  expect(signal.ageSeconds).toBeGreaterThanOrEqual(0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}
