import { expect, test } from 'vitest';
import { Calls } from '../../../env/aws/calls/call.ts';
import { FunctionMemory } from '../../../env/aws/fleet/function-memory.ts';
import { example } from '../twin/open.ts';
import { sentTo } from './sent-to.ts';

const { deployment, profile } = await example('weighted-classifier');
const variant = deployment.functions.findIndex((one) => one !== null);
const inForce = (lambdaMemoryMb: number) => ({
  ...{ variant, vmCounts: profile.pools.map(() => 1), lambdaMemoryMb },
  spillover: { maxWaitMs: profile.slo.classes.map(() => null), lambdaShare: 0 },
});

/** Asked every minute of two hours; the minutes in which AWS was. */
async function minutesOf(random: () => number, memoryAt: (minute: number) => number = () => 1024) {
  const minutes: number[] = [];
  let now = 0;
  const lambda = sentTo<never>({
    GetFunctionConfiguration: () => {
      minutes.push(now);
      return { MemorySize: 1769 };
    },
  });
  const memory = new FunctionMemory(deployment, { lambda }, new Calls(10_000), random);
  for (now = 0; now < 120; now++) await memory.read(inForce(memoryAt(now)), 60_000 * now);
  expect(memory.memoryMb[variant]).toBe(1769);
  return minutes;
}

test('a memory that stays is asked for at once, then ever more seldom, up to every 20 minutes', async () => {
  expect(await minutesOf(() => 0.5)).toEqual([0, 5, 15, 35, 55, 75, 95, 115]);
});

test('many services, which begin together, do not go on together', async () => {
  expect(await minutesOf(() => 0)).toEqual([0, 3, 8, 18, 28, 38, 48, 58, 68, 78, 88, 98, 108, 118]);
  expect(await minutesOf(() => 0.9)).toEqual([0, 7, 21, 49, 77, 105]);
});

test('a memory that is changed is asked for at once, and soon again', async () => {
  expect(
    (
      await minutesOf(
        () => 0.5,
        (minute) => (minute < 50 ? 1024 : 1769),
      )
    ).slice(4),
  ).toEqual([50, 55, 65, 85, 105]);
});
