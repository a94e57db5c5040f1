import { describe, expect, test } from 'vitest';
import { type ClosedLoop, runClosedLoop } from '../../../env/sim/closed-loop.ts';
import { expectMean, seeds } from '../confidence.ts';

/** The on-premise server of the SageMaker-versus-Lambda study: 16 ms alone. */
const server: ClosedLoop = {
  clients: 11,
  vms: 1,
  slots: 1,
  serviceMs: 16,
  serviceCv: 0,
  contention: 0,
  lines: 'one',
  thinkMs: 0,
  warmUpRequests: 100,
  requests: 1000,
  seed: 1,
};

describe('clients in a closed loop', () => {
  test.each([1, 3, 11])('of one server wait for one another: clients times the service, %d', (clients) => {
    const { meanMs, requestsPerSecond } = runClosedLoop({ ...server, clients });
    expect(meanMs).toBeCloseTo(clients * 16, 6);
    expect(requestsPerSecond).toBeCloseTo(1000 / 16, 1);
  });

  test('slow the server by those who wait: 16 ms alone and 278 ms with 11 are one contention of 0.058', () => {
    const contended = { ...server, contention: 0.058 };
    expect(runClosedLoop({ ...contended, clients: 1 }).meanMs).toBeCloseTo(16, 6);
    expect(runClosedLoop(contended).meanMs).toBeCloseTo(11 * 16 * 1.58, 6);
    expect(runClosedLoop({ ...contended, clients: 40 }).meanMs).toBeCloseTo(40 * 16 * 2, 6);
  });

  test('never wait where each has a slot of its own', () => {
    expect(runClosedLoop({ ...server, vms: 6, slots: 2 }).meanMs).toBeCloseTo(16, 6);
  });

  test('are as many as Little says: answers per second times answer time and think time', () => {
    const products = seeds(10).map((seed) => {
      const one = runClosedLoop({
        ...server,
        vms: 2,
        serviceCv: 0.5,
        thinkMs: 30,
        lines: 'each',
        requests: 5000,
        seed,
      });
      return (one.requestsPerSecond * (one.meanMs + 30)) / 1000;
    });
    expectMean(products, 11, 0.02);
  });

  test('wait longer, and less evenly, behind lines of their own than behind a common one', () => {
    const spread = (lines: ClosedLoop['lines']) => {
      const { latenciesMs, meanMs } = runClosedLoop({ ...server, vms: 2, serviceCv: 0.1, requests: 20_000, lines });
      const squares = latenciesMs.reduce((sum, one) => sum + (one - meanMs) ** 2, 0);
      return { meanMs, deviationMs: Math.sqrt(squares / latenciesMs.length) };
    };
    expect(spread('each').meanMs).toBeGreaterThan(spread('one').meanMs);
    expect(spread('each').deviationMs).toBeGreaterThan(3 * spread('one').deviationMs);
  });

  test('have the same latencies, bit by bit, with the same seed', () => {
    const loop = { ...server, vms: 3, serviceCv: 0.3, lines: 'each' } as const;
    expect(runClosedLoop(loop).latenciesMs).toEqual(runClosedLoop(loop).latenciesMs);
    expect(runClosedLoop({ ...loop, seed: 2 }).latenciesMs).not.toEqual(runClosedLoop(loop).latenciesMs);
  });
});
