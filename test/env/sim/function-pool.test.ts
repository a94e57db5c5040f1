import { describe, expect, test } from 'vitest';
import { unitLognormalTable } from '../../../env/physics/lognormal.ts';
import { Random } from '../../../env/random.ts';
import { FluidFunction } from '../../../env/sim/fluid-function.ts';
import { FunctionPool } from '../../../env/sim/function-pool.ts';
import { Ledger } from '../../../env/sim/ledger.ts';
import { LossChain } from '../../../env/sim/loss-chain.ts';
import { expectMean, seeds } from '../confidence.ts';
import { action, poisson, prices, service, simulate, withLambda } from './small-service.ts';

const tier = { serviceSeconds: 0.05, coldStartSeconds: 0.5, gigabytes: 2 };
const limits = { keepAliveSeconds: 100, concurrencyLimit: 1000, batchMarginal: 1 };

function pool(overrides: Partial<typeof limits & typeof tier & { cv: number; seed: number }> = {}): FunctionPool {
  const { cv = 0, seed = 1, ...rest } = overrides;
  const random = Random.seeded(seed);
  return new FunctionPool({ ...tier, ...rest }, { ...limits, ...rest }, unitLognormalTable(cv, 4096), random);
}

function settled(one: FunctionPool): Ledger {
  const ledger = new Ledger(service, prices);
  one.settle(ledger);
  return ledger;
}

describe('an environment', () => {
  test('starts cold, is warm afterwards, and cold again after the keep-alive', () => {
    const one = pool();
    expect(one.invoke(0)).toBeCloseTo(0.55, 9);
    expect(one.invoke(1)).toBeCloseTo(0.05, 9);
    expect(one.invoke(100.9)).toBeCloseTo(0.05, 9);
    expect(one.invoke(201.5)).toBeCloseTo(0.55, 9);
    expect(settled(one).coldStarts).toBe(2);
  });

  test('serves one request at a time: as many at once, as many environments', () => {
    const one = pool();
    for (let request = 0; request < 7; request++) one.invoke(10);
    for (let request = 0; request < 7; request++) expect(one.invoke(20)).toBeCloseTo(0.05, 9);
    expect(settled(one).coldStarts).toBe(7);
  });

  test('used last is used next, so that a fallen load lets the others go', () => {
    const one = pool();
    for (let request = 0; request < 5; request++) one.invoke(0);
    for (let time = 1; time <= 150; time++) one.invoke(time);
    settled(one);
    for (let request = 0; request < 5; request++) one.invoke(151);
    expect(settled(one).coldStarts).toBe(4);
  });

  test.each([0.2, 1, 3])(
    'meets a gap beyond the keep-alive in e^(-rate · keep-alive) of rare requests: %d',
    (perKeepAlive) => {
      const shares = seeds(10).map((seed) => {
        const random = Random.seeded(seed, 'gaps');
        const one = pool({ serviceSeconds: 1e-6, coldStartSeconds: 1e-6, seed });
        let now = 0;
        for (let request = 0; request < 4000; request++) {
          now += (random.exponential() * limits.keepAliveSeconds) / perKeepAlive;
          one.invoke(now);
        }
        return settled(one).coldStarts / 4000;
      });
      expectMean(shares, Math.exp(-perKeepAlive));
    },
  );
});

describe('what is billed', () => {
  test('is the time of each request rounded up to a millisecond, cold start included', () => {
    const one = pool({ serviceSeconds: 0.0104, coldStartSeconds: 0.1001 });
    one.invoke(0);
    one.invoke(1);
    expect(settled(one).lambdaGigabyteSeconds).toBeCloseTo(2 * (0.111 + 0.011), 12);
  });

  test('is not rounded up where a request takes whole milliseconds', () => {
    for (const ms of [57, 69, 71, 249, 1003]) {
      const one = pool({ serviceSeconds: ms / 1000, coldStartSeconds: 0 });
      one.invoke(0);
      expect(settled(one).lambdaGigabyteSeconds).toBeCloseTo((2 * ms) / 1000, 12);
    }
  });

  test('of a throttled request is nothing', () => {
    const one = pool({ concurrencyLimit: 3 });
    const latencies = Array.from({ length: 5 }, () => one.invoke(0));
    expect(latencies.filter((latency) => latency < 0)).toHaveLength(2);
    expect(settled(one)).toMatchObject({ throttled: 2, coldStarts: 3, lambdaRequests: 3 });
  });

  test('in dollars is what the price book says', async () => {
    const { total } = await simulate({ workload: poisson(20, 60), actions: [action(0, 0)], intervals: 1 });
    expect(total.usd.lambdaRequests).toBeCloseTo(total.spilled * prices.lambdaUsdPerRequest, 9);
    const seconds = total.spilled * 0.2 + total.coldStarts * 1;
    expect(total.usd.lambdaCompute / prices.lambdaUsdPerGbSecond).toBeGreaterThan(0.98 * seconds);
    expect(total.usd.lambdaCompute / prices.lambdaUsdPerGbSecond).toBeLessThan(1.02 * seconds);
  });
});

describe('the concurrency limit', () => {
  test('throttles by Erlang once all environments are warm, and throttled requests are lost', async () => {
    const runs = await Promise.all(
      seeds(8).map((seed) =>
        simulate({
          profile: withLambda({ concurrencyLimit: 4 }),
          workload: poisson(15, 3600),
          actions: [action(0, 0)],
          intervals: 60,
          seed,
        }),
      ),
    );
    for (const { total } of runs) expect(total.classes[0]!.lost).toBe(total.throttled);
    const offered = 15 * 0.2;
    const weights = [1, offered, offered ** 2 / 2, offered ** 3 / 6, offered ** 4 / 24];
    const erlang = weights[4]! / weights.reduce((sum, one) => sum + one, 0);
    expectMean(
      runs.map(({ total }) => total.throttled / total.classes[0]!.requests),
      erlang,
      0.003, // the cold starts of the first second
    );
  });

  test('holds in the fluid too', async () => {
    const profile = withLambda({ concurrencyLimit: 4 });
    const options = { profile, workload: poisson(30, 3600), actions: [action(0, 0)], intervals: 60 };
    const fluid = await simulate({ ...options, fidelity: 'fluid' });
    const exact = await simulate(options);
    expect(fluid.total.throttled / exact.total.throttled).toBeGreaterThan(0.97);
    expect(fluid.total.throttled / exact.total.throttled).toBeLessThan(1.03);
  });
});

describe('as a fluid', () => {
  /** [second] Share of the requests that start cold, request by request: so many in each second, at uniform times. */
  function coldShares(perSecond: number, duration: number, coldStartSeconds: number): number[] {
    const shares = new Array<number>(duration).fill(0);
    const runs = seeds(200);
    for (const seed of runs) {
      const random = Random.seeded(seed, 'uniform');
      const one = pool({ coldStartSeconds, seed });
      for (let second = 0; second < duration; second++) {
        const times = Array.from({ length: perSecond }, () => second + random.uniform()).sort((a, b) => a - b);
        for (const time of times)
          if (one.invoke(time) > coldStartSeconds) shares[second]! += 1 / perSecond / runs.length;
      }
    }
    return shares;
  }

  test.each([
    [10, 3],
    [20, 0.5],
    [40, 1.7],
  ])('%d requests a second start cold as often as request by request, with a start of %d s', (perSecond, cold) => {
    const one = new FluidFunction({ ...tier, coldStartSeconds: cold }, service);
    const exact = coldShares(perSecond, 6, cold);
    for (let second = 0; second < 6; second++) {
      one.serve(perSecond, 0, second, new LossChain());
      expect(Math.abs(one.coldShare - exact[second]!), `second ${second}`).toBeLessThan(0.1);
    }
  });

  test('environments are reclaimed once the keep-alive has passed without work', () => {
    const one = new FluidFunction(tier, { ...service, lambda: { ...service.lambda, keepAliveSeconds: 120 } });
    const ledger = new Ledger(service, prices);
    const interval = (index: number, requests: number) => {
      for (let second = 0; second < 60 && requests > 0; second++)
        one.serve(requests, 0, index * 60 + second, new LossChain());
      one.settle(ledger);
      const { coldStarts } = ledger;
      ledger.clear();
      return coldStarts;
    };
    const first = interval(0, 20);
    expect(first).toBeGreaterThan(5);
    expect(interval(1, 20)).toBeLessThan(1);
    for (let index = 2; index < 5; index++) interval(index, 0);
    expect(interval(5, 20)).toBeCloseTo(first, 6);
  });
});
