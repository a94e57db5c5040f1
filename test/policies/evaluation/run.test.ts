import { describe, expect, test } from 'vitest';
import { addOutcomes, emptyOutcome } from '../../../env/outcome.ts';
import { runPolicy } from '../../../policies/evaluation/run.ts';
import { FakeEnvironment, holding, profile } from './fakes.ts';

const options = (environment: FakeEnvironment, warmUpSeconds: number) => ({
  profile,
  policy: holding(3),
  environment,
  decisions: 20,
  warmUpSeconds,
  keepsTimeline: true,
});

describe('a run', () => {
  test('sums to the outcomes of its steps', async () => {
    const environment = new FakeEnvironment(1);
    const { outcome } = await runPolicy(options(environment, 0));
    expect(outcome).toEqual(environment.outcomes.reduce(addOutcomes, emptyOutcome(profile)));
  });

  test('leaves the warm-up out of the sum, but not out of the timeline', async () => {
    const environment = new FakeEnvironment(1);
    const { outcome, timeline } = await runPolicy(options(environment, 300));
    expect(outcome).toEqual(environment.outcomes.slice(5).reduce(addOutcomes, emptyOutcome(profile)));
    expect(timeline!.timeSeconds).toEqual(Array.from({ length: 20 }, (_, step) => 60 * step));
  });

  test('rounds a warm-up up to whole decisions', async () => {
    const { outcome } = await runPolicy(options(new FakeEnvironment(1), 61));
    expect(outcome.seconds).toBe(18 * 60);
  });

  test('records of each step what was seen, done, said and counted', async () => {
    const environment = new FakeEnvironment(1);
    const { timeline } = await runPolicy(options(environment, 0));
    expect(timeline!.reason[7]).toBe('hold 3 at 420 s');
    expect(timeline!.desiredVms[0]![7]).toBe(3);
    expect(timeline!.bootingVms[0]![7]).toBe(1);
    expect(timeline!.maxWaitMs.map((column) => column[7])).toEqual([0, null]);
    expect(timeline!.requests).toEqual(
      environment.outcomes.map((outcome) => outcome.classes.reduce((sum, one) => sum + one.requests, 0)),
    );
  });

  test('keeps no timeline where none is asked for', async () => {
    const { timeline } = await runPolicy({ ...options(new FakeEnvironment(1), 0), keepsTimeline: false });
    expect(timeline).toBeNull();
  });

  test('tells its progress after every decision', async () => {
    const heard: number[] = [];
    await runPolicy({ ...options(new FakeEnvironment(1), 0), onProgress: (done) => void heard.push(done) });
    expect(heard).toEqual(Array.from({ length: 20 }, (_, step) => step + 1));
  });

  test('closes its environment once, even where the policy fails', async () => {
    const environment = new FakeEnvironment(1);
    const policy = {
      name: 'broken',
      decide: () => {
        throw new Error('no idea');
      },
    };
    await expect(runPolicy({ ...options(environment, 0), policy })).rejects.toThrow('no idea');
    expect(environment.closed).toBe(1);
  });
});
