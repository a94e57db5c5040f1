import { describe, expect, test } from 'vitest';
import { planTraces, type TraceTerms, type TraceWishes } from '../../cli/trace-plan.ts';
import { pastOf, traceSource } from '../../cli/trace-source.ts';
import { InputProblem } from '../../env/problem.ts';
import { readWorkload } from '../../env/workload/reference.ts';
import { examplePrices, exampleProfile } from '../policies/example-service.ts';

const parts = {
  workload: ({ reference, ...part }: Parameters<TraceTerms['parts']['workload']>[0]) => readWorkload(reference, part),
};
const day = 'diurnal:mean=50,hours=4,seed=1';
const hour = 'constant:mean=20,hours=1,seed=1';

const plan = (wishes: Partial<TraceWishes>, cadences: readonly number[] = [60], warmUpSeconds = 600) =>
  planTraces(
    {
      references: [day],
      scale: null,
      fleets: [],
      startSeconds: null,
      durationSeconds: null,
      atMostSeconds: null,
      ...wishes,
    },
    { profile: exampleProfile, prices: examplePrices, warmUpSeconds, cadences, parts },
  );

describe('the part of a trace that is used', () => {
  test('is named after an @, or by the options for all traces', async () => {
    const [named] = await plan({ references: [`${day}@1h+30m`] });
    const [optional] = await plan({ startSeconds: 3600, durationSeconds: 1800 });
    expect(named).toEqual(optional);
    expect(traceSource('a.csv@2h')).toEqual({ reference: 'a.csv', startSeconds: 7200 });
    expect(traceSource('user@host/a.csv')).toEqual({ reference: 'user@host/a.csv' });
    expect(() => traceSource('a.csv@1h+0')).toThrow(InputProblem);
  });

  test('is no longer than at most, and the whole of what is shorter', async () => {
    const planned = await plan({ references: [day, hour], atMostSeconds: 7200 });
    expect(planned.map((one) => one.workload.requests.length * one.workload.stepSeconds)).toEqual([7200, 3600]);
  });

  test('has the demand before it as its past', async () => {
    const whole = await readWorkload(day);
    const past = await pastOf(traceSource(`${day}@1h+30m`), parts);
    expect(past!.requests).toEqual(whole.requests.subarray(0, 3600 / whole.stepSeconds));
    expect(await pastOf({ reference: day }, parts)).toBeNull();
  });
});

describe('the time that is judged', () => {
  test('begins and ends where all policies decide', async () => {
    const [trace] = await plan({ references: [hour] }, [60, 7], 600);
    expect([trace!.fromSeconds, trace!.untilSeconds]).toEqual([840, 3360]);
  });

  test('is refused where nothing is left of it', async () => {
    await expect(plan({ references: [hour] }, [60, 3599])).rejects.toThrow(/decide together every 215940 s/);
  });
});

describe('a fleet', () => {
  test('has one multiplier for each trace, taken from the whole of it whatever part is used', async () => {
    const [whole] = await plan({ fleets: [5] });
    const [part] = await plan({ fleets: [5], startSeconds: 3600, durationSeconds: 600 }, [60], 0);
    expect(part!.scale).toBe(whole!.scale);
    expect(whole!.workload.name).toContain(`-x${whole!.scale}`);
  });

  test('of several sizes makes a workload for each', async () => {
    const planned = await plan({ references: [day, hour], fleets: [5, 50] });
    expect(new Set(planned.map((one) => one.name)).size).toBe(4);
    expect(planned[2]!.scale / planned[0]!.scale).toBeCloseTo(10, 2);
  });

  test('and a multiplier exclude each other', async () => {
    await expect(plan({ fleets: [5], scale: 2 })).rejects.toThrow(/--fleet finds the multiplier/);
  });
});
