import { expect, test } from 'vitest';
import { totalRequests } from '../../../env/outcome.ts';
import { Random } from '../../../env/random.ts';
import { drawFaults } from '../../../env/twin/faults/draw.ts';
import { type Fault, type FaultKind, faultKinds } from '../../../env/twin/faults/fault.ts';
import type { Action } from '../../../env/types.ts';
import { constant } from '../twin/open.ts';
import { liveOn } from './on-twin.ts';

/** Metrics that lie while they look whole cannot be told from the truth; a call that hangs really takes its time. */
const untold: readonly FaultKind[] = ['metrics-zero', 'metrics-jump', 'hang'];
const kinds = faultKinds.filter((kind) => !untold.includes(kind));
const metrics = ['RequestCount', 'TargetResponseTime', 'GroupInServiceInstances', 'HealthyHostCount', 'Invocations'];
const minutes = 75;

/** Random ones of every kind, and single metrics that vanish or freeze. */
function faultsOf(seed: number): Fault[] {
  const random = Random.seeded(seed, 'faults');
  const shared = { random, seconds: 60 * minutes, longestSeconds: 300, groups: ['weighted-classifier-cpu'] };
  const drawn = drawFaults({ ...shared, functions: [], kinds, everySeconds: 300 });
  const ofMetrics: readonly FaultKind[] = ['metrics-vanish', 'metrics-freeze'];
  const single = drawFaults({ ...shared, functions: [], kinds: ofMetrics, everySeconds: 900 });
  return [...drawn, ...single.map((fault) => ({ ...fault, resource: metrics[random.below(metrics.length)]! }))];
}

test.each([4, 5])(
  'among random faults of AWS every signal is true or absent, and nothing throws: seed %i',
  async (seed) => {
    const workload = constant(8, 60 * minutes + 600);
    const live = await liveOn('weighted-classifier', { workload, initialVms: [3], faults: faultsOf(seed) });
    const action: Action = {
      variant: 1,
      vmCounts: [3],
      lambdaMemoryMb: 1769,
      spillover: { maxWaitMs: [0, 0], lambdaShare: 0 },
    };
    const totals = new Map<number, number>();
    let known = 0;
    for (let minute = 0; minute < minutes; minute++) {
      totals.set(60 * minute, totalRequests(live.twin.world.total));
      const seen = await live.environment.observe();
      if (seen.arrivals !== null) {
        known++;
        const end = 60 * minute - seen.arrivals.ageSeconds;
        const truth = (totals.get(end)! - totals.get(end - 60)!) / 60;
        expect(Math.abs(seen.arrivals.value[0]! - truth), `minute ${minute}`).toBeLessThan(0.05);
      }
      for (const { ready, booting } of seen.pools)
        expect([ready, booting].every((count) => Number.isInteger(count))).toBe(true);
      await live.environment.step({ ...action, vmCounts: [2 + (minute % 3)] }).catch((error: unknown) => {
        expect(error).toMatchObject({ name: 'OutcomeUnknown' });
      });
      live.twin.advance(60);
    }
    expect(known).toBeGreaterThan(minutes / 4);
    await live.end();
  },
);
