import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runPolicy } from '../../../policies/evaluation/run.ts';
import { downsample, stepsPerPoint } from '../../../policies/report/downsample.ts';
import { runData } from '../../../policies/report/run-data.ts';
import { FakeEnvironment, holding, profile } from '../evaluation/fakes.ts';

const values = fc.array(fc.option(fc.integer({ min: 0, max: 999 }), { nil: null }), { minLength: 1, maxLength: 200 });

describe('downsampling', () => {
  test('draws no more points than asked for, and every step where they fit', () => {
    for (const steps of [1, 1999, 2000, 2001, 10_080, 60_480]) {
      expect(Math.ceil(steps / stepsPerPoint(steps, 2000))).toBeLessThanOrEqual(2000);
    }
    expect(stepsPerPoint(1440, 2000)).toBe(1);
  });

  test('keeps the highest peak and the deepest dip', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 50 }), (column, perPoint) => {
        const known = (points: readonly (number | null)[]) => points.filter((point) => point !== null);
        expect(Math.max(...known(downsample(column, perPoint, 'max')))).toBe(Math.max(...known(column)));
        expect(Math.min(...known(downsample(column, perPoint, 'min')))).toBe(Math.min(...known(column)));
        expect(downsample(column, perPoint, 'last').at(-1)).toBe(column.at(-1));
      }),
    );
  });

  test('changes nothing where a point is a step', () => {
    fc.assert(
      fc.property(values, (column) => {
        expect(downsample(column, 1, 'max')).toEqual(column);
      }),
    );
  });

  test('never makes a number of nothing', () => {
    expect(downsample([null, null, 0, null], 2, 'max')).toEqual([null, 0]);
  });
});

describe('the data of a run', () => {
  const timelineOf = async (decisions: number) => {
    const options = { profile, policy: holding(3), environment: new FakeEnvironment(1), decisions, warmUpSeconds: 0 };
    return (await runPolicy({ ...options, keepsTimeline: true })).timeline!;
  };

  test('counts capacity as requests per second of the ready and booting VMs', async () => {
    // 3 ready VMs with 2 slots of 100 ms each: 60 requests/s; every other step one more boots.
    const data = runData(profile, await timelineOf(4));
    expect(data.readyCapacity).toEqual([60, 60, 60, 60]);
    expect(data.bootingCapacity).toEqual([60, 80, 60, 80]);
  });

  test('shows every decision while they fit, and of many only those that change something', async () => {
    expect(runData(profile, await timelineOf(50)).decisions).toMatchObject({ omitted: 0, rows: { length: 50 } });
    expect(runData(profile, await timelineOf(3001)).decisions).toMatchObject({ omitted: 3000, rows: { length: 1 } });
  });

  test('has columns of one length', async () => {
    const data = runData(profile, await timelineOf(2500));
    const columns = [data.arrivals, data.spilled, data.variant, data.missedShare, ...data.readyVms, ...data.maxWaitMs];
    expect(new Set([data.timeSeconds.length, ...columns.map((column) => column.length)])).toEqual(new Set([1250]));
  });
});
