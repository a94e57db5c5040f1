import { describe, expect, test } from 'vitest';
import { unitServiceTable } from '../../../env/physics/service-table.ts';
import { expectMean, seeds } from '../confidence.ts';
import { action, meanLatencySeconds, poisson, service, simulate } from './small-service.ts';

const serviceSeconds = 0.1;

/** Mean square of the service over its squared mean, as drawn. */
function squaredService(cv: number): number {
  const table = unitServiceTable(cv);
  return table.reduce((sum, one) => sum + one * one, 0) / table.length;
}

/** Per seed, the outcome of some minutes with so many one-slot VMs, and queue lengths at their ends. */
function replications(perSecond: number, vms: number, serviceCv: number, maxWaitMs: number | null, minutes: number) {
  return Promise.all(
    seeds(12).map((seed) =>
      simulate({
        profile: { ...service, serviceCv },
        workload: poisson(perSecond, minutes * 60),
        actions: [action(vms, maxWaitMs)],
        intervals: minutes,
        seed,
      }),
    ),
  );
}

describe('one server', () => {
  test.each([0.01, 0.5, 1])('makes requests wait as Pollaczek and Khinchine say, cv %d', async (cv) => {
    const perSecond = 7;
    const load = perSecond * serviceSeconds;
    const runs = await replications(perSecond, 1, cv, null, 60);
    const waits = runs.map(({ total }) => meanLatencySeconds(total) - serviceSeconds);
    expectMean(waits, (load * serviceSeconds * squaredService(cv)) / (2 * (1 - load)));
  });

  test('of constant service halves the wait of exponential service (M/D/1)', async () => {
    const load = 0.8;
    const runs = await replications(load / serviceSeconds, 1, 1e-6, null, 120);
    const waits = runs.map(({ total }) => meanLatencySeconds(total) - serviceSeconds);
    expectMean(waits, (load * serviceSeconds) / (2 * (1 - load)), 0.01 * serviceSeconds);
  });

  test('is busy in the share that its load is', async () => {
    const runs = await replications(6, 1, 0.5, null, 60);
    expectMean(
      runs.map(({ total }) => total.busySlotSeconds[0]! / total.seconds),
      0.6,
    );
  });
});

describe('many servers', () => {
  test('keep as many lines as Little says: arrival rate times mean wait', async () => {
    const perSecond = 28;
    const runs = await replications(perSecond, 3, 0.5, null, 120);
    const differences = runs.map(({ total, observations }) => {
      const lengths = observations.map(({ queueLength }) => queueLength[0]!.value);
      const meanLength = lengths.reduce((sum, one) => sum + one, 0) / lengths.length;
      return meanLength / (perSecond * (meanLatencySeconds(total) - serviceSeconds));
    });
    expectMean(differences, 1);
  });

  test('as many as ever asked for let nobody wait, and are busy by rate times service (M/G/∞)', async () => {
    const runs = await replications(40, 60, 0.5, null, 20);
    for (const { total, observations } of runs) {
      expect(observations.every(({ queueLength }) => queueLength[0]!.value === 0)).toBe(true);
      expect(meanLatencySeconds(total)).toBeCloseTo(serviceSeconds, 2);
    }
    expectMean(
      runs.map(({ total }) => total.busySlotSeconds[0]! / total.seconds),
      40 * serviceSeconds,
    );
  });

  test.each([
    [1, 5, 0.5],
    [3, 20, 1],
    [10, 90, 0.1],
    [10, 130, 1],
    [30, 280, 0.5],
  ])(
    'without a waiting room lose what Erlang says, whatever the service: %d servers, %d/s, cv %d',
    async (servers, perSecond, cv) => {
      const runs = await replications(perSecond, servers, cv, 0, 30);
      const offered = perSecond * serviceSeconds;
      let inverse = 1;
      for (let count = 1; count <= servers; count++) inverse = 1 + (count / offered) * inverse;
      expectMean(
        runs.map(({ total }) => total.spilled / total.classes[0]!.requests),
        1 / inverse,
      );
    },
  );
});
