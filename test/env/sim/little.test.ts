import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ServiceProfile } from '../../../env/types.ts';
import { action, meanLatencySeconds, poisson, service, simulate } from './small-service.ts';

const batches = 10;
const batchSeconds = 60;
/** Half the width of a bin of the histogram. */
const binError = 0.016;

test('in every run as many wait as Little says: waits summed over requests are lines summed over seconds', async () => {
  const cases = fc.record({
    servers: fc.integer({ min: 1, max: 12 }),
    load: fc.double({ min: 0.5, max: 0.93, noNaN: true }),
    serviceCv: fc.constantFrom(0.01, 0.5, 1),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ servers, load, serviceCv, seed }) => {
      const profile: ServiceProfile = {
        ...service,
        serviceCv,
        decisionSeconds: 1,
        metrics: { ...service.metrics, binSeconds: 1 },
      };
      const seconds = batches * batchSeconds;
      const { outcomes, observations } = await simulate({
        profile,
        workload: poisson(load * servers * 10, seconds),
        actions: [action(servers, null)],
        intervals: seconds,
        seed,
      });
      const waits = outcomes.map((one) => {
        const answered = one.classes[0]!.inTime + one.classes[0]!.late;
        return answered > 0 ? answered * meanLatencySeconds(one) - one.busySlotSeconds[0]! : 0;
      });
      const lines = observations.map(({ queueLength }) => queueLength[0]!.value);
      const sum = (values: readonly number[]) => values.reduce((total, one) => total + one, 0);
      const differences = Array.from({ length: batches }, (_, batch) => {
        const range = [batch * batchSeconds, (batch + 1) * batchSeconds] as const;
        return sum(lines.slice(...range)) - sum(waits.slice(...range));
      });
      const mean = sum(differences) / batches;
      const variance = sum(differences.map((one) => (one - mean) ** 2)) / (batches - 1);
      const slack = (binError * (sum(waits) + sum(outcomes.map((one) => one.busySlotSeconds[0]!)))) / batches;
      expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(variance / batches) + slack);
    }),
    { numRuns: 5, seed: 1, endOnFailure: true }, // statistics: another seed would need another margin
  );
}, 30_000);
