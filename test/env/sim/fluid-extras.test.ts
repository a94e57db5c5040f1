import { expect, test } from 'vitest';
import { totalRequests } from '../../../env/outcome.ts';
import { FluidWorld } from '../../../env/sim/fluid-world.ts';
import type { Action, ServiceProfile } from '../../../env/types.ts';
import { action, prices, service, withClasses, withLambda } from './small-service.ts';

/** Ten minutes of a steady 20 requests per second, a minute at a time. */
function run(profile: ServiceProfile, one: Action) {
  const world = new FluidWorld(profile, prices, 1, one.vmCounts);
  const counts = new Float64Array(60).fill(20);
  const outcomes = Array.from({ length: 10 }, () => {
    world.advance(one, counts, 0);
    return world.ledger.close(60);
  });
  return { outcomes, last: outcomes.at(-1)!, waiting: world.waiting };
}

const allToLambda = action(0, 0);

test('provisioned environments that suffice start nobody cold, and are billed for every second', () => {
  const { last, outcomes } = run(service, { ...allToLambda, lambdaProvisioned: 30 });
  expect(last.coldStarts).toBe(0);
  expect(last.usd.lambdaProvisioned).toBeCloseTo(30 * 60 * prices.lambdaProvisionedUsdPerGbSecond, 9);
  const served = 20 * 60 * 0.2005 * prices.lambdaProvisionedDurationUsdPerGbSecond;
  expect(last.usd.lambdaCompute / served).toBeCloseTo(1, 2);
  expect(outcomes[0]!.coldStarts).toBeGreaterThan(0); // while they start
});

test('batches are invocations of several requests, which pay for the wait of the first', () => {
  const profile = withLambda({ batchMarginal: 0 });
  const single = run(profile, allToLambda).last;
  const batched = run(profile, { ...allToLambda, lambdaBatch: { size: 4, timeoutMs: 10_000 } }).last;
  expect(batched.spilled).toBeCloseTo(single.spilled, 6);
  expect(batched.usd.lambdaRequests / single.usd.lambdaRequests).toBeCloseTo(1 / 4, 6);
  expect(batched.usd.lambdaCompute / single.usd.lambdaCompute).toBeCloseTo(1 / 4, 2);
});

test('no more wait than the queue limit, and who may not go to Lambda is lost', () => {
  const { outcomes, waiting } = run({ ...service, queueLimit: 7 }, action(1, null)); // 10 per second find no slot
  expect(waiting).toBeLessThanOrEqual(7 + 1e-9);
  for (const { classes } of outcomes.slice(1)) expect(classes[0]!.lost).toBeCloseTo(600, -1);
  for (const outcome of outcomes) {
    const { inTime, late, lost } = outcome.classes[0]!;
    expect(inTime + late + lost + outcome.insideChange).toBeCloseTo(totalRequests(outcome), 6);
  }
});

test('a room that is one for all is as full for the strict, who go to Lambda then, as for the relaxed, who are lost', () => {
  const profile = withClasses(
    { name: 'strict', share: 0.5, deadlineMs: 500 },
    { name: 'relaxed', share: 0.5, deadlineMs: 2000 },
  );
  const { last } = run({ ...profile, queueLimit: 7 }, action(1, [1000, null]));
  expect(last.spilled / last.classes[1]!.lost).toBeCloseTo(1, 1);
});

test('contention slows also those down who are served before whoever waits', () => {
  const pools = service.pools.map((pool) => ({ ...pool, contention: 1 }));
  const profile = withClasses(
    { name: 'strict', share: 0.1, deadlineMs: 500 },
    { name: 'relaxed', share: 0.9, deadlineMs: 2000 },
  );
  const { last } = run({ ...profile, pools }, action(1, null));
  expect(last.busySlotSeconds[0]).toBeCloseTo(60, 0);
});

test('contention halves the speed of a VM in front of which many wait', () => {
  const pools = service.pools.map((pool) => ({ ...pool, contention: 1 }));
  const { last } = run({ ...service, pools }, action(1, null));
  expect(last.classes[0]!.inTime + last.classes[0]!.late).toBeCloseTo(300, 0);
  expect(last.busySlotSeconds[0]).toBeCloseTo(60, 0);
});
