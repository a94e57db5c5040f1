import { describe, expect, test } from 'vitest';
import { JournaledWriter } from '../../controller/journal/journaled-writer.ts';
import { GatheredPolicy } from '../../controller/live/gathering.ts';
import { LeaseKeeper } from '../../controller/live/lease-keeper.ts';
import { type LiveLoopParts, runServices } from '../../controller/live/live-loop.ts';
import { LiveService, type LiveServiceParts } from '../../controller/live/live-service.ts';
import type { HandBack } from '../../controller/tick.ts';
import { defaultLimits } from '../../env/guardrails/limits.ts';
import { actionOf, FakeClock, FakeJournal, FakeScheduler, policyOf, profile, settle, silent } from './fakes.ts';
import { FakeLease, FakeWriter, WritingEnvironment } from './live-fakes.ts';

/** Services that share a clock, a journal and a scheduler; nothing moves by itself. */
function stage(names: readonly string[], overrides: Partial<LiveServiceParts> = {}, ladder = defaultLimits.ladder) {
  const [clock, journal, scheduler] = [new FakeClock(), new FakeJournal(), new FakeScheduler()];
  const controller = new AbortController();
  const worlds = names.map((name) => {
    const sent = new FakeWriter();
    const writer = new JournaledWriter({ writer: sent, journal, clock, service: name });
    const environment = new WritingEnvironment(writer);
    const lease = new FakeLease();
    const service = new LiveService({
      name,
      tick: { runId: 'run', profile, environment, journal, logger: silent, clock, mode: 'live', ladder },
      live: { handBack: null },
      policy: new GatheredPolicy(policyOf('p', actionOf(4))),
      ...{ writer, lease: new LeaseKeeper(lease, 180, clock), deadlineMs: 45_000, check: async () => {} },
      beat: { decisionSeconds: 60, offsetSeconds: 10 },
      ...overrides,
    });
    return { name, sent, environment, lease, service };
  });
  const parts: LiveLoopParts = {
    services: worlds.map(({ service }) => service),
    together: (policies, observations) => policies.map((policy, index) => () => policy.decide(observations[index]!)),
    ...{ clock, scheduler, journal, jitterSeconds: 0, random: () => 0, decisions: Infinity, advance: null },
    stop: controller.signal,
  };
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock.pass(1);
      await scheduler.beat();
      await settle();
    }
  };
  return { parts, clock, journal, scheduler, worlds, pass, stop: () => controller.abort() };
}

const idsOf = (journal: FakeJournal) => journal.lines.map(({ kind, id }) => `${kind} ${id}`);

describe('services of one process', () => {
  test('decide at once, and then at their offset after each interval of the clock', async () => {
    const { parts, journal, pass, stop } = stage(['one', 'two']);
    const run = runServices(parts);
    await pass(200);
    stop();
    expect((await run).map(({ decisions, end }) => [decisions, end])).toEqual([
      [5, 'stopped'],
      [5, 'stopped'],
    ]);
    // The clock began at a full minute: at 1 s, 10 s, 70 s, 130 s and 190 s.
    expect(journal.entries.filter(({ service }) => service === 'one').map(({ at }) => at.slice(14, 19))).toEqual([
      ...['00:01', '00:10', '01:10', '02:10', '03:10'],
    ]);
    expect(journal.entries[0]).toMatchObject({ id: 'run/one/1', service: 'one', mode: 'live', incumbent: null });
  });

  test('write the intent before a change is sent, and what came of it into the decision', async () => {
    const { parts, journal, worlds, pass, stop } = stage(['one']);
    const { sent } = worlds[0]!;
    const before: number[] = [];
    sent.during = async () => void before.push(journal.lines.length);
    const run = runServices(parts);
    await pass(1);
    stop();
    await run;
    expect(before).toEqual([1]);
    expect(idsOf(journal)).toEqual(['intent run/one/1', 'decision run/one/1']);
    const mutation = { kind: 'set-desired-capacity', group: 'cpu-group', desired: 4 };
    expect(journal.lines[0]).toMatchObject({ kind: 'intent', mutation });
    expect(journal.entries[0]!.writes).toEqual([{ mutation, state: 'done', fault: null }]);
  });

  test('fail for themselves: the others decide on, and the failed one tries again', async () => {
    const { parts, journal, worlds, pass, stop } = stage(['broken', 'well']);
    const observe = worlds[0]!.environment.inner.observe.bind(worlds[0]!.environment.inner);
    let isBroken = true;
    worlds[0]!.environment.inner.observe = async () => {
      if (isBroken) throw new Error('no credentials');
      return observe();
    };
    const run = runServices(parts);
    await pass(70);
    isBroken = false;
    await pass(60);
    stop();
    await run;
    const of = (name: string) => idsOf(journal).filter((id) => id.includes(`/${name}/`));
    expect(of('broken')).toEqual([
      ...['missed run/broken/1', 'missed run/broken/2', 'missed run/broken/3'],
      ...['intent run/broken/4', 'decision run/broken/4'],
    ]);
    expect(of('well').filter((id) => id.startsWith('decision'))).toHaveLength(4);
    expect(journal.lines[0]).toMatchObject({ said: 'The decision failed (no credentials): what is in force stays.' });
  });

  test('a decision over its deadline is given up, journaled, and the next left out while it still hangs', async () => {
    const { parts, journal, worlds, pass, stop } = stage(['slow', 'well']);
    let open = () => {};
    worlds[0]!.sent.during = () => new Promise<void>((resolve) => (open = resolve));
    const run = runServices(parts);
    await pass(135);
    const slow = () => journal.lines.filter(({ id, kind }) => id.includes('/slow/') && kind !== 'intent');
    expect(slow().map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      ...['missed run/slow/2', 'decision run/slow/1', 'missed run/slow/3', 'missed run/slow/4'],
    ]);
    expect(slow()[1]).toMatchObject({ outcome: null, fault: expect.stringContaining('Not done within 45 s') });
    worlds[0]!.sent.during = async () => {};
    open();
    await pass(60);
    expect(slow().at(-1)).toMatchObject({ kind: 'decision', id: 'run/slow/5' });
    expect(journal.entries.filter(({ service }) => service === 'well')).toHaveLength(5);
    stop();
    await run;
  });

  test('ask their networks together, and nobody waits for one that is late', async () => {
    const { parts, clock, worlds, pass, stop } = stage(['one', 'two', 'late']);
    const asked: number[] = [];
    const together: LiveLoopParts['together'] = (policies, observations) => {
      asked.push(policies.length);
      return parts.together(policies, observations);
    };
    let open = () => {};
    const { inner } = worlds[2]!.environment;
    const observe = inner.observe.bind(inner);
    inner.observe = () => new Promise<void>((resolve) => (open = resolve)).then(observe);
    const run = runServices({ ...parts, together });
    clock.pass(60);
    await pass(1);
    expect(asked).toEqual([]);
    await pass(8);
    expect(asked).toEqual([2]);
    expect(worlds.map(({ sent }) => sent.sent.length)).toEqual([1, 1, 0]);
    open();
    await settle();
    expect(worlds[2]!.sent.sent).toHaveLength(1);
    stop();
    await run;
  });

  test('decide each for itself where they cannot be decided together', async () => {
    const { parts, worlds, pass, stop } = stage(['one', 'two']);
    const together = () => {
      throw new Error('the batch is broken');
    };
    const run = runServices({ ...parts, together });
    await pass(1);
    expect(worlds.map(({ sent }) => sent.sent.length)).toEqual([1, 1]);
    stop();
    await run;
  });

  test('what cannot be journaled is not sent, and ends nothing', async () => {
    const { parts, journal, worlds, pass, stop } = stage(['one']);
    const append = journal.append.bind(journal);
    journal.append = async () => {
      throw new Error('ENOSPC');
    };
    const run = runServices(parts);
    await pass(20);
    expect(worlds[0]!.sent.sent).toEqual([]);
    journal.append = append;
    await pass(60);
    expect(worlds[0]!.sent.sent).toHaveLength(1);
    stop();
    await run;
  });

  test('a clock that is set back decides on', async () => {
    const { parts, clock, journal, pass, stop } = stage(['one']);
    const run = runServices(parts);
    await pass(20);
    clock.pass(-7200);
    await pass(1);
    expect(journal.entries).toHaveLength(3);
    stop();
    await run;
  });

  test('a service that may not begin yet is asked again, and says why not', async () => {
    let isAllowed = false;
    const check = async () => {
      if (!isAllowed) throw new Error('a scaling policy would fight every change.');
    };
    const { parts, journal, pass, stop } = stage(['one'], { check });
    const run = runServices(parts);
    await pass(10);
    isAllowed = true;
    await pass(60);
    stop();
    await run;
    expect(idsOf(journal)).toEqual([
      ...['missed run/one/1', 'missed run/one/2', 'intent run/one/3', 'decision run/one/3'],
    ]);
  });
});

describe('the lease', () => {
  test('without it nothing is written, and the proposals are journaled; with it the service takes over', async () => {
    const { parts, journal, worlds, pass, stop } = stage(['one']);
    const { lease, sent } = worlds[0]!;
    lease.isHeld = false;
    const run = runServices(parts);
    await pass(70);
    expect(sent.sent).toEqual([]);
    expect(journal.entries.at(-1)).toMatchObject({
      action: actionOf(4),
      applied: { vmCounts: [3, 1] },
      decidedBy: { rung: 'standby', because: 'other:1 holds the lease: standing by.' },
      outcome: null,
    });
    lease.isHeld = true;
    await pass(60);
    expect(sent.sent).toHaveLength(1);
    stop();
    await run;
    expect(lease.isReleased).toBe(true);
  });

  test('is prolonged between decisions that are rarer than a third of its life', async () => {
    const { parts, worlds, pass, stop } = stage(['one'], { beat: { decisionSeconds: 3600, offsetSeconds: 10 } });
    const run = runServices(parts);
    await pass(300);
    // At the first beat, its decision and every 60 s after.
    expect(worlds[0]!.lease.asked).toBeGreaterThanOrEqual(5);
    stop();
    await run;
  });
});

describe('stopping', () => {
  test('waits for the change under way, journals it, and releases the lease, within 20 s', async () => {
    const { parts, journal, clock, worlds, pass, stop } = stage(['one']);
    let open = () => {};
    worlds[0]!.sent.during = () => new Promise<void>((resolve) => (open = resolve));
    const run = runServices(parts);
    await pass(1);
    stop();
    clock.pass(5);
    await settle();
    open();
    expect(await run).toMatchObject([{ end: 'stopped', decisions: 1 }]);
    expect(idsOf(journal)).toEqual(['intent run/one/1', 'decision run/one/1']);
    expect(worlds[0]!.lease.isReleased).toBe(true);
    expect(worlds[0]!.environment.inner.isClosed).toBe(true);
  });

  test('gives up what hangs: the intent stays, the decision says so, and nothing is sent afterwards', async () => {
    const { parts, journal, clock, worlds, pass, stop } = stage(['one']);
    const { sent, environment } = worlds[0]!;
    let open = () => {};
    const observe = environment.inner.observe.bind(environment.inner);
    const steps: string[] = [];
    environment.step = async () => {
      await new Promise<void>((resolve) => (open = resolve));
      steps.push('went on');
      throw new Error('too late');
    };
    environment.inner.observe = observe;
    const run = runServices(parts);
    await pass(1);
    stop();
    let waited = 0;
    for (; waited < 20 && !journal.isClosed; waited++) {
      clock.pass(1);
      await settle();
    }
    expect(waited).toBeLessThan(20);
    expect(await run).toMatchObject([{ end: 'abandoned' }]);
    open();
    await settle();
    expect(steps).toEqual(['went on']);
    expect([sent.sent, journal.lines.map(({ kind }) => kind)]).toEqual([[], ['decision']]);
    expect(journal.entries[0]!.fault).toBe('The controller was told to stop before the step was over.');
  });
});

describe('handing back', () => {
  test('gives the fleet away after minutes of holding, changes nothing meanwhile, and takes it back after the probation', async () => {
    const calls: string[] = [];
    const handBack: HandBack = {
      give: async () => void calls.push('give'),
      takeBack: async () => void calls.push('take back'),
    };
    const ladder = { ...defaultLimits.ladder, handBackMinutes: 2, probationIntervals: 2 };
    const { parts, journal, worlds, pass, stop } = stage(['one'], { live: { handBack } }, ladder);
    const seen = { minute: 0, isBlind: false };
    worlds[0]!.environment.inner.see = () => ({
      timeSeconds: 60 * seen.minute,
      ...(seen.isBlind ? { arrivals: null } : {}),
    });
    const run = runServices(parts);
    const decide = async (isBlind: boolean, times: number) => {
      seen.isBlind = isBlind;
      for (let time = 0; time < times; time++, seen.minute++) await pass(60);
    };
    await decide(false, 1);
    await decide(true, 4);
    await decide(false, 3);
    stop();
    await run;
    expect(journal.entries.map(({ decidedBy }) => decidedBy.rung)).toEqual([
      ...['policy', 'policy', 'hold', 'hold', 'hand-back', 'hand-back', 'hand-back', 'policy', 'policy'],
    ]);
    expect(calls).toEqual(['give', 'take back']);
    expect(journal.entries[4]!.writes).toEqual([]);
    expect(journal.entries[4]!.decidedBy.because).toBe(
      'The fleet is handed back to its own scaling policies: Arrivals are absent: the last action is held.',
    );
  });
});
