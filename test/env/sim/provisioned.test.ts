import { describe, expect, test } from 'vitest';
import { unitLognormalTable } from '../../../env/physics/lognormal.ts';
import { Random } from '../../../env/random.ts';
import { FunctionPool } from '../../../env/sim/function-pool.ts';
import { Ledger } from '../../../env/sim/ledger.ts';
import type { Action, ServiceProfile } from '../../../env/types.ts';
import { expectMean, seeds } from '../confidence.ts';
import { action, poisson, prices, service, simulate } from './small-service.ts';

const tier = { serviceSeconds: 0.05, coldStartSeconds: 0.5, gigabytes: 2 };

function pool(concurrencyLimit = 1000): FunctionPool {
  const limits = { keepAliveSeconds: 100, concurrencyLimit, batchMarginal: 0.25 };
  return new FunctionPool(tier, limits, unitLognormalTable(0, 4096), Random.seeded(1));
}

function settled(one: FunctionPool): Ledger {
  const ledger = new Ledger(service, prices);
  one.settle(ledger);
  return ledger;
}

describe('provisioned environments', () => {
  test('are not cold once their start-up has passed, and never reclaimed', () => {
    const one = pool();
    one.provision(2, 0, 60);
    expect(one.invoke(0.4)).toBeCloseTo(0.55, 9); // they are still starting
    expect(one.invoke(0.51)).toBeCloseTo(0.05, 9);
    expect(one.invoke(0.51)).toBeCloseTo(0.05, 9);
    expect(one.invoke(0.51)).toBeCloseTo(0.55, 9); // both are at work
    expect(one.invoke(10_000)).toBeCloseTo(0.05, 9);
    expect(settled(one).coldStarts).toBe(2);
  });

  test('are paid for while they are kept, and for what they serve at their own price', () => {
    const one = pool();
    one.provision(3, 0, 60);
    one.invoke(1);
    one.provision(3, 60, 60);
    one.invoke(61);
    const ledger = settled(one);
    expect(ledger.provisionedGigabyteSeconds).toBeCloseTo(3 * 120 * 2, 9);
    expect(ledger.provisionedWorkGigabyteSeconds).toBeCloseTo(2 * 0.05 * 2, 9);
    expect(ledger.lambdaGigabyteSeconds).toBe(0);
    expect(ledger.lambdaRequests).toBe(2);
  });

  test('go at once when fewer are asked for, those still starting first', () => {
    const one = pool();
    one.provision(1, 0, 60);
    one.provision(3, 60, 60);
    one.provision(1, 60.1, 60);
    expect(one.invoke(60.2)).toBeCloseTo(0.05, 9);
    one.provision(0, 61, 60);
    expect(one.invoke(61)).toBeCloseTo(0.55, 9);
  });

  test('are part of the concurrency limit', () => {
    const one = pool(3);
    one.provision(5, 0, 60);
    const latencies = Array.from({ length: 4 }, () => one.invoke(1));
    expect(latencies.filter((latency) => latency < 0)).toHaveLength(1);
    expect(settled(one)).toMatchObject({ throttled: 1, coldStarts: 0 });
  });

  test('of the function that is no longer in force are given up', async () => {
    const profile: ServiceProfile = {
      ...service,
      variants: [service.variants[0]!, { name: 'large', accuracy: 0.9 }],
      lambda: { ...service.lambda, serviceMs: [[200], [200]], coldStartMs: [[1000], [1000]] },
    };
    const kept: Action = { ...action(0, 0), lambdaProvisioned: 4 };
    const { outcomes } = await simulate({
      profile,
      workload: poisson(0.1, 180),
      actions: [kept, { ...kept, variant: 1 }, action(0, 0)],
      intervals: 3,
    });
    const perInterval = 4 * 60 * prices.lambdaProvisionedUsdPerGbSecond;
    expect(outcomes[0]!.usd.lambdaProvisioned).toBeCloseTo(perInterval, 12);
    expect(outcomes[1]!.usd.lambdaProvisioned).toBeCloseTo(perInterval, 12);
    expect(outcomes[2]!.usd.lambdaProvisioned).toBe(0);
  });

  test('leave to cold starts at first what Erlang says, whatever the service', async () => {
    // An environment made on demand is gone before the next overflow: every overflow is cold.
    const profile = { ...service, lambda: { ...service.lambda, keepAliveSeconds: 1e-9, coldStartMs: [[0]] } };
    const offered = 20 * 0.2;
    let inverse = 1;
    for (let count = 1; count <= 5; count++) inverse = 1 + (count / offered) * inverse;
    const one: Action = { ...action(0, 0), lambdaProvisioned: 5 };
    const runs = await Promise.all(
      seeds(8).map((seed) => simulate({ profile, workload: poisson(20, 1200), actions: [one], intervals: 20, seed })),
    );
    expectMean(
      runs.map(({ total }) => total.coldStarts / total.spilled),
      1 / inverse,
    );
  });
});

describe('batches', () => {
  const profile: ServiceProfile = { ...service, serviceCv: 0, lambda: { ...service.lambda, batchMarginal: 0.25 } };
  const batched = (size: number, timeoutMs: number): Action => ({ ...action(0, 0), lambdaBatch: { size, timeoutMs } });
  const run = (one: Action, perSecond = 40) =>
    simulate({ profile, workload: poisson(perSecond, 600), actions: [one], intervals: 10 });

  test('of one, or without a wait, are no batches', async () => {
    const plain = await run(action(0, 0));
    expect((await run(batched(1, 100))).total).toEqual(plain.total);
    expect((await run(batched(8, 0))).total).toEqual(plain.total);
  });

  test('take one invocation, one fee and the time of one and a share of the rest', async () => {
    const { total } = await run(batched(4, 1e6));
    const batches = total.usd.lambdaRequests / prices.lambdaUsdPerRequest;
    expect(batches).toBeGreaterThanOrEqual(total.spilled / 4);
    expect(batches).toBeLessThan(total.spilled / 4 + 11); // one cut short at each decision
    const seconds = total.usd.lambdaCompute / prices.lambdaUsdPerGbSecond - total.coldStarts;
    expect(seconds / batches).toBeGreaterThan(0.99 * 0.2 * 1.75);
    expect(seconds / batches).toBeLessThan(1.001 * 0.2 * 1.75 + 0.001);
  });

  test('are sent when the first has waited long enough: no more arrive than in that time', async () => {
    const { total } = await run(batched(1000, 250));
    const batches = total.usd.lambdaRequests / prices.lambdaUsdPerRequest;
    // A batch begins with an arrival, and ends 250 ms later: 1 + 40/s · 0.25 s requests.
    expect(total.spilled / batches).toBeGreaterThan(0.96 * 11);
    expect(total.spilled / batches).toBeLessThan(1.04 * 11);
  });

  test('make every request wait for those after it, and lose none', async () => {
    const { total } = await run(batched(1000, 250));
    const [one] = total.classes;
    expect(one!.inTime + one!.late + one!.lost + total.insideChange).toBe(one!.requests);
    const { outcomes } = await simulate({
      profile,
      workload: poisson(40, 60),
      actions: [batched(5000, 1e9)],
      intervals: 2,
    });
    expect(outcomes[0]!.insideChange).toBe(outcomes[0]!.classes[0]!.requests);
    expect(outcomes[1]!.insideChange).toBe(-outcomes[0]!.insideChange);
  });
});
