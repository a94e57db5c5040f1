import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LoopParts, runLoop, stopDeadlineMs } from '../../controller/loop.ts';
import { unpacedScheduler } from '../../controller/scheduler.ts';
import { OutcomeUnknown } from '../../env/outcome-unknown.ts';
import type { Policy } from '../../env/types.ts';
import {
  actionOf,
  FakeClock,
  FakeEnvironment,
  FakeJournal,
  FakeScheduler,
  policyOf,
  profile,
  settle,
  silent,
} from './fakes.ts';

/** A stage on which nothing moves by itself. */
function stage(overrides: Partial<LoopParts> = {}) {
  const environment = new FakeEnvironment();
  const journal = new FakeJournal();
  const clock = new FakeClock();
  const scheduler = new FakeScheduler();
  const controller = new AbortController();
  const parts: LoopParts = {
    runId: 'run',
    profile,
    environment,
    policy: policyOf('watched', actionOf(4)),
    incumbent: null,
    journal,
    logger: silent,
    clock,
    scheduler,
    pace: { decisionSeconds: 60, speed: 1, decisions: 10 },
    stop: controller.signal,
    ...overrides,
  };
  return { parts, environment, journal, clock, scheduler, stop: () => controller.abort() };
}

/** Runs to the end without waiting for anything. */
function unpaced(overrides: Partial<LoopParts> = {}) {
  const pace = { decisionSeconds: 60, speed: Infinity, decisions: 6 };
  return stage({ scheduler: unpacedScheduler, pace, ...overrides });
}

/** A gate that holds every step until it is opened. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, wait: () => opened };
}

describe('the loop', () => {
  test('takes one decision per interval of the wall clock', async () => {
    const { parts, environment, clock, scheduler, stop } = stage();
    const run = runLoop(parts);
    for (let second = 1; second <= 180; second++) {
      clock.pass(1);
      await scheduler.beat();
      expect(environment.actions.length).toBe(Math.floor(second / 60));
    }
    stop();
    expect(await run).toMatchObject({ decisions: 3, end: 'stopped' });
  });

  test('never lets two decisions overlap, however often the scheduler beats', async () => {
    const { parts, environment, clock, scheduler, stop } = stage();
    const { open, wait } = gate();
    environment.during = wait;
    const run = runLoop(parts);
    clock.pass(300);
    const beats = Array.from({ length: 20 }, () => scheduler.beat());
    await settle();
    expect(environment.actions.length).toBe(1);
    open();
    await Promise.all(beats);
    expect(environment.actions.length).toBe(5);
    expect(environment.mostBusy).toBe(1);
    stop();
    await run;
  });

  test('ends after the last decision, with everything closed', async () => {
    const { parts, environment, journal } = unpaced();
    expect(await runLoop(parts)).toMatchObject({ decisions: 6, end: 'complete' });
    expect(environment.isClosed).toBe(true);
    expect(journal.isClosed).toBe(true);
    expect(journal.entries.map((entry) => entry.id)).toEqual(['run/1', 'run/2', 'run/3', 'run/4', 'run/5', 'run/6']);
  });

  test('adds up what happened', async () => {
    const { parts } = unpaced();
    const summary = await runLoop(parts);
    expect(summary).toMatchObject({ holds: 0, requests: 60, usd: 6, attainment: 0.8, policyWrites: 6, sameVms: 1 });
    expect(summary.accuracy).toBeCloseTo(6.75 / 9);
  });

  test('holds, counts and journals while arrivals are absent', async () => {
    const { parts, environment, journal } = unpaced({ policy: policyOf('p', actionOf(5), actionOf(2)) });
    environment.see = (tick) => (tick === 1 || tick === 2 ? { arrivals: null } : {});
    expect(await runLoop(parts)).toMatchObject({ holds: 2 });
    expect(environment.actions.map((action) => action.vmCounts[0])).toEqual([5, 5, 5, 2, 2, 2]);
    expect(journal.entries.map((entry) => entry.held !== null)).toEqual([false, true, true, false, false, false]);
    expect(journal.entries[1]).toMatchObject({ action: actionOf(2), applied: actionOf(5) });
    expect(journal.entries[1]!.observation.arrivalsPerSecond).toBeNull();
  });

  test('an invalid action never reaches the environment, and the run goes on', async () => {
    const { parts, environment, journal } = unpaced({ policy: policyOf('p', actionOf(5), actionOf(99), actionOf(3)) });
    expect(await runLoop(parts)).toMatchObject({ decisions: 6, holds: 1 });
    expect(environment.actions.map((action) => action.vmCounts[0])).toEqual([5, 5, 3, 3, 3, 3]);
    expect(journal.entries[1]).toMatchObject({ action: null, held: expect.stringContaining('99 VMs') });
  });

  test('an outcome that nobody knows ends nothing: the decision is journaled without one, and the next begins with a look', async () => {
    const { parts, environment, journal } = unpaced();
    environment.during = async () => {
      if (environment.actions.length === 2) throw new OutcomeUnknown('the answer did not come');
    };
    expect(await runLoop(parts)).toMatchObject({ decisions: 6, usd: 5, end: 'complete' });
    expect(journal.entries.map((entry) => entry.outcome === null)).toEqual([false, true, false, false, false, false]);
  });

  test('what the environment throws ends the run, after the decision is journaled and everything closed', async () => {
    const { parts, environment, journal } = unpaced();
    environment.during = async () => {
      if (environment.actions.length === 3) throw new Error('the cloud fell down');
    };
    await expect(runLoop(parts)).rejects.toThrow('the cloud fell down');
    expect(journal.entries.map((entry) => entry.outcome === null)).toEqual([false, false, true]);
    expect([environment.isClosed, journal.isClosed]).toEqual([true, true]);
  });
});

describe('stopping', () => {
  test('lets the decision in flight finish, and journals it', async () => {
    const { parts, environment, journal, clock, scheduler, stop } = stage();
    const { open, wait } = gate();
    environment.during = wait;
    const run = runLoop(parts);
    clock.pass(300);
    void scheduler.beat();
    await settle();
    stop();
    clock.pass(stopDeadlineMs / 1000 - 1);
    await settle();
    expect([environment.isClosed, journal.entries.length]).toEqual([false, 0]);
    open();
    expect(await run).toMatchObject({ decisions: 1, end: 'stopped' });
    expect(journal.entries).toMatchObject([{ id: 'run/1', outcome: { requests: 10 } }]);
    expect([environment.isClosed, journal.isClosed, scheduler.isStopped]).toEqual([true, true, true]);
  });

  test('waits no longer than its deadline, and journals the decision without an outcome', async () => {
    const { parts, environment, journal, clock, scheduler, stop } = stage();
    const { open, wait } = gate();
    environment.during = wait;
    const run = runLoop(parts);
    clock.pass(60);
    void scheduler.beat();
    await settle();
    stop();
    await settle();
    clock.pass(stopDeadlineMs / 1000);
    expect(await run).toMatchObject({ decisions: 1, end: 'abandoned' });
    expect(journal.entries).toMatchObject([{ id: 'run/1', applied: actionOf(4), outcome: null }]);
    open();
    await settle();
    expect(journal.entries.length).toBe(1);
  });

  test('an observation that comes after the deadline leads to no step', async () => {
    const { parts, environment, clock, scheduler, stop } = stage();
    const { open, wait } = gate();
    const observe = environment.observe.bind(environment);
    environment.observe = () => wait().then(observe);
    const run = runLoop(parts);
    clock.pass(60);
    void scheduler.beat();
    await settle();
    stop();
    await settle();
    clock.pass(stopDeadlineMs / 1000);
    expect(await run).toMatchObject({ decisions: 0, end: 'abandoned' });
    open();
    await settle();
    expect(environment.actions).toEqual([]);
  });

  test('a failure of the decision in flight is not swallowed', async () => {
    const { parts, environment, clock, scheduler, stop } = stage();
    const { open, wait } = gate();
    environment.during = () => wait().then(() => Promise.reject(new Error('too late')));
    const run = runLoop(parts);
    clock.pass(60);
    void scheduler.beat();
    await settle();
    stop();
    open();
    await expect(run).rejects.toThrow('too late');
    expect(environment.isClosed).toBe(true);
  });

  test('before the first decision writes nothing', async () => {
    const { parts, environment, journal, stop } = unpaced();
    stop();
    expect(await runLoop(parts)).toMatchObject({ decisions: 0, attainment: null, sameVms: null, end: 'stopped' });
    expect([environment.actions.length, journal.entries.length, environment.isClosed]).toEqual([0, 0, true]);
  });
});

describe('shadow mode', () => {
  const counts = fc.array(fc.integer({ min: -2, max: 10 }), { minLength: 1, maxLength: 6 });
  const actsOf = async (policy: Policy, incumbent: Policy | null) => {
    const { parts, environment } = unpaced({ policy, incumbent });
    return { summary: await runLoop(parts), actions: environment.actions };
  };

  test('whatever the watched policy says, the world gets what the incumbent alone would have done', async () => {
    await fc.assert(
      fc.asyncProperty(counts, counts, async (watched, driving) => {
        const incumbent = () => policyOf('incumbent', ...driving.map((count) => actionOf(count)));
        const shadow = await actsOf(policyOf('watched', ...watched.map((count) => actionOf(count))), incumbent());
        const alone = await actsOf(incumbent(), null);
        expect(shadow.actions).toEqual(alone.actions);
        expect(shadow.summary).toMatchObject({ mode: 'shadow', policyWrites: 0 });
      }),
      { numRuns: 40 },
    );
  });

  test('journals the proposal beside what was applied, and how often they wanted the same VMs', async () => {
    const incumbent = policyOf('incumbent', actionOf(2), actionOf(4));
    const { parts, journal } = unpaced({ incumbent, pace: { decisionSeconds: 60, speed: Infinity, decisions: 4 } });
    expect(await runLoop(parts)).toMatchObject({ sameVms: 0.75, policyWrites: 0 });
    expect(journal.entries[0]).toMatchObject({
      mode: 'shadow',
      policy: 'watched',
      action: actionOf(4),
      applied: actionOf(2),
      incumbent: { policy: 'incumbent', reason: 'incumbent said so', held: null },
    });
  });
});
