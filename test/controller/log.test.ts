import { describe, expect, test } from 'vitest';
import { farewell } from '../../controller/farewell.ts';
import { openLog } from '../../controller/log.ts';
import { runLoop } from '../../controller/loop.ts';
import { unpacedScheduler } from '../../controller/scheduler.ts';
import type { Policy } from '../../env/types.ts';
import { actionOf, FakeClock, FakeEnvironment, FakeJournal, policyOf, profile } from './fakes.ts';

/** The log of a run of three decisions, the second of which is held. */
async function logOf(options: { isPretty?: boolean; isQuiet?: boolean; isShadow?: boolean }) {
  const lines: string[] = [];
  const environment = new FakeEnvironment();
  environment.see = (tick) => (tick === 1 ? { arrivals: null } : {});
  const { isPretty = false, isQuiet = false, isShadow = false } = options;
  const summary = await runLoop({
    runId: 'run',
    profile,
    environment,
    policy: policyOf('watched', actionOf(4)),
    incumbent: isShadow ? policyOf('incumbent', actionOf(2)) : null,
    journal: new FakeJournal(),
    logger: openLog({ write: (line) => void lines.push(line) }, { runId: 'run', isPretty, isQuiet }),
    clock: new FakeClock(),
    scheduler: unpacedScheduler,
    pace: { decisionSeconds: 60, speed: Infinity, decisions: 3 },
    stop: new AbortController().signal,
  });
  return { lines, summary };
}

describe('the log', () => {
  test('is JSON lines that carry the decision', async () => {
    const { lines } = await logOf({});
    const parsed = lines.map((line) => JSON.parse(line));
    expect(parsed.map((line) => [line.run, line.decision, line.level])).toEqual([
      ['run', 'run/1', 'info'],
      ['run', 'run/2', 'warn'],
      ['run', 'run/3', 'info'],
    ]);
    expect(parsed[0]).toMatchObject({ msg: 'watched said so', attainment: 0.8, usd: 1, applied: actionOf(4) });
    expect(parsed[1].msg).toBe('Arrivals are absent: the last action is held.');
  });

  test('when quiet keeps to the warnings', async () => {
    const { lines } = await logOf({ isQuiet: true });
    expect(lines.map((line) => JSON.parse(line).decision)).toEqual(['run/2']);
  });

  test('when pretty is one readable line per decision', async () => {
    const { lines } = await logOf({ isPretty: true });
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d {2}#1 0 s {2}4\+0 VMs middle 1024 MB {2}80\.00 % in time {2}\$1\.00 {2}watched said so\n$/,
    );
    expect(lines[1]).toContain('warn: Arrivals are absent');
  });

  test('says that the fallback decides, and why it decides so', async () => {
    const lines: string[] = [];
    const policy: Policy = {
      ...policyOf('watched', actionOf(4)),
      decide: () => {
        throw new Error('lost its mind');
      },
    };
    await runLoop({
      ...{ runId: 'run', profile, policy, fallback: policyOf('rule', actionOf(2)), incumbent: null },
      ...{ environment: new FakeEnvironment(), journal: new FakeJournal(), clock: new FakeClock() },
      logger: openLog({ write: (line) => void lines.push(line) }, { runId: 'run', isPretty: true, isQuiet: false }),
      scheduler: unpacedScheduler,
      pace: { decisionSeconds: 60, speed: Infinity, decisions: 1 },
      stop: new AbortController().signal,
    });
    expect(lines[0]).toMatch(/warn: .*lost its mind.* The fallback decides: rule said so\n$/);
  });

  test('when pretty shows in shadow mode what the policy would have done', async () => {
    const { lines } = await logOf({ isPretty: true, isShadow: true });
    expect(lines[0]).toContain('2+0 VMs middle 1024 MB  (shadow: 4+0 VMs middle 1024 MB)');
  });
});

describe('the last line', () => {
  test('says decisions, holds, cost and attainment', async () => {
    const { summary } = await logOf({});
    expect(farewell(summary)).toBe(
      'Done: 3 decisions, in 1 of them the policy was set aside, $3.0000, 80.00 % in time, accuracy 0.7500.',
    );
  });

  test('says in shadow mode that the shadow never wrote', async () => {
    const { summary } = await logOf({ isShadow: true });
    expect(farewell(summary)).toContain('the shadow wrote 0 actions, and wanted the same VMs in 0.0 %');
  });

  test('says in the shadow of a fleet that others drive that nothing was sent', async () => {
    const { summary } = await logOf({ isShadow: true });
    expect(farewell({ ...summary, hasIncumbent: false })).toMatch(
      /of a fleet that others drive: nothing was sent, and the guardrails left/,
    );
  });

  test('of a run without decisions has no numbers to divide by', async () => {
    const nothing = {
      mode: 'live',
      decisions: 0,
      holds: 0,
      policyWrites: 0,
      hasIncumbent: false,
      sameVms: null,
      requests: 0,
      usd: 0,
    } as const;
    expect(farewell({ ...nothing, attainment: null, accuracy: null, end: 'stopped' })).toBe(
      'Stopped: 0 decisions, $0.0000, no request, no answer.',
    );
  });
});
