import { expect, test } from 'vitest';
import { RecentWorkloads } from '../../cli/recent-workloads.ts';
import type { Workload } from '../../env/types.ts';

/** Counts how often each is made. */
function maker(bins: number) {
  const made = new Map<string, number>();
  const recent = new RecentWorkloads();
  const recall = (key: string) =>
    recent.recall(key, async (): Promise<Workload> => {
      made.set(key, (made.get(key) ?? 0) + 1);
      return { name: key, stepSeconds: 1, requests: new Float64Array(bins), counted: true };
    });
  return { made, recall };
}

test('a workload is made once, however often it is asked for in between others', async () => {
  const { made, recall } = maker(1000);
  for (let round = 0; round < 3; round++) for (let one = 0; one < 200; one++) await recall(String(one));
  expect([...made.values()].every((times) => times === 1)).toBe(true);
  expect((await recall('7')).name).toBe('7');
});

test('of long ones those asked for last are kept', async () => {
  const { made, recall } = maker(2_600_000);
  for (let one = 0; one < 12; one++) await recall(String(one));
  await recall('11');
  expect(made.get('11')).toBe(1);
  await recall('0');
  expect(made.get('0')).toBe(2);
});
