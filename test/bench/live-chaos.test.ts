import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runRound } from '../../bench/live-chaos/round.ts';
import { drawScript, lastMinute, quietMinutes } from '../../bench/live-chaos/script.ts';
import { startedAt } from '../../bench/live-chaos/setting.ts';
import { unkeptJournal } from '../../bench/live-chaos/unkept-journal.ts';
import { Watch } from '../../bench/live-chaos/watch.ts';
import { defaultPrices } from '../../env/prices.ts';
import type { Call } from '../../env/twin/call-log.ts';
import { faultKinds } from '../../env/twin/faults/fault.ts';
import { insideOf } from '../../env/twin/inside.ts';
import { constant, example } from '../env/twin/open.ts';

const service = await example('weighted-classifier');
const place = {
  hasRouter: false,
  groups: ['weighted-classifier-cpu'],
  functions: ['weighted-classifier-inception-v3'],
};
const minutes = 15;

const blow = fc.record({
  kind: fc.constantFrom('kill' as const, 'pause' as const, 'jump' as const),
  seat: fc.integer({ min: 0, max: 1 }),
  minute: fc.integer({ min: 0, max: minutes - 3 }),
  call: fc.integer({ min: 1, max: 20 }),
  moment: fc.constantFrom('before' as const, 'after' as const, 'later' as const),
  minutes: fc.integer({ min: 1, max: 6 }),
  seconds: fc.constantFrom(-90_000, -600, 600, 90_000),
});
const fault = fc.record({
  kind: fc.constantFrom('throttle', 'lost-answer', 'empty-body', 'metrics-vanish', 'foreign-desired', 'alias-moved'),
  minute: fc.integer({ min: 0, max: minutes - 1 }),
  minutes: fc.integer({ min: 1, max: 8 }),
});

test('whoever is killed, paused or set wrong, and whatever fails: no promise is broken', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(blow, { minLength: 1, maxLength: 4 }),
      fc.array(fault, { maxLength: 2 }),
      fc.constantFrom('file' as const, 'table' as const),
      async (blows, faults, lease) => {
        const happening = faults.map(({ kind, minute, minutes: long }) => {
          const whole = {
            service: null,
            operation: null,
            resource: null,
            strength: kind === 'foreign-desired' ? 12 : 1,
          };
          const forSeconds = kind === 'foreign-desired' || kind === 'alias-moved' ? 0 : 60 * long;
          return { ...whole, kind, atSeconds: 60 * minute, forSeconds } as const;
        });
        const load = { mean: 60, periodMinutes: 60, phase: 0 };
        const script = { ...({ seed: 1, minutes, mode: 'live', lease, seats: 2, load } as const), lapses: [] };
        const { breaches, decisions } = await runRound({ ...script, blows, faults: happening }, service);
        expect(breaches).toEqual([]);
        expect(decisions).toBeGreaterThan(minutes / 2);
      },
    ),
    { numRuns: 2 },
  );
}, 60_000);

test('a script is drawn from its seed, and ends early enough to see the recovery', () => {
  expect(drawScript(3, 240, place)).toEqual(drawScript(3, 240, place));
  const scripts = Array.from({ length: 60 }, (_, seed) => drawScript(seed, 240, place));
  for (const script of scripts) expect(lastMinute(script)).toBeLessThanOrEqual(240 - quietMinutes + 12);
  const seen = new Set<string>(scripts.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
  expect(faultKinds.filter((kind) => !seen.has(kind) && !kind.startsWith('router'))).toEqual([]);
});

describe('who watches', () => {
  const opened = async (holder: string | null, journal = '/nowhere') => {
    const inside = insideOf({
      ...{ ...service, prices: defaultPrices, workload: constant(20, 3600), seed: 1, startedAt, initialVms: [8] },
    });
    const lease = { holder: () => holder, performed: () => {} };
    const watch = new Watch({ inside, profile: service.profile, prices: defaultPrices, lease });
    const caller = { runId: 'one', mode: 'live' as const, journal };
    const call = (operation: string, input: Call['input']): Call => {
      const named = operation.includes('Alias') ? 'lambda' : 'autoscaling';
      return { service: named, operation, input, isMutating: true, atMs: inside.clock.nowMs() };
    };
    const capacity = (DesiredCapacity: number) =>
      call('SetDesiredCapacity', { AutoScalingGroupName: 'weighted-classifier-cpu', DesiredCapacity });
    return { inside, watch, caller, call, capacity };
  };

  test('notes what is too dear, out of bounds, unannounced, and sent without the lease', async () => {
    const { watch, caller, capacity } = await opened('another');
    watch.arrived(caller, capacity(500));
    const said = watch.breaches.join('\n');
    expect(said).toMatch(/while another held the lease/);
    expect(said).toMatch(/no intent in the journal/);
    expect(said).toMatch(/out of bounds/);
    expect(said).toMatch(/\$42\.500 per hour, above \$2/);
    expect(watch.breaches).toHaveLength(4);
  });

  test('notes a cut that is the first thing done, or on metrics that are old or were not read, and no other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spillway-'));
    const journal = join(folder, 'journal.jsonl');
    const mutation = { kind: 'set-desired-capacity', group: 'weighted-classifier-cpu', desired: 5 };
    await writeFile(journal, `${JSON.stringify({ kind: 'intent', mutation })}\n`);
    const { inside, watch, caller, call, capacity } = await opened('one', journal);
    const asked = { ...call('GetMetricData', { Namespace: 'AWS/ApplicationELB' }), isMutating: false };
    const groups = { ...call('DescribeAutoScalingGroups', {}), isMutating: false };
    const answer = { MetricDataResults: [{ Timestamps: [startedAt] }] };
    watch.arrived(caller, capacity(5));
    expect(watch.breaches.join()).toMatch(/a cut by its first decision/);
    expect(watch.breaches).toHaveLength(3);
    const answered = (seconds: number) => {
      inside.timeline.moveTo(startedAt.getTime() + 1000 * seconds);
      watch.performed(caller, groups, {}, null);
      watch.performed(caller, asked, answer, null);
      watch.arrived(caller, capacity(5));
      return watch.breaches.slice(3);
    };
    expect(answered(300)).toEqual([]);
    expect(answered(310).join()).toMatch(/a cut on metrics of 250 s ago/);
    await rm(folder, { recursive: true });
  });

  test('notes an alias that goes back over a deploy, and any write in shadow mode', async () => {
    const { inside, watch, caller, call } = await opened('one');
    const update = call('UpdateAlias', { FunctionName: place.functions[0]!, Name: 'live', FunctionVersion: '1' });
    watch.arrived({ ...caller, mode: 'shadow' }, update);
    expect(watch.breaches[0]).toMatch(/a write in shadow mode/);
    inside.faults.add({
      ...{ kind: 'alias-moved', atSeconds: 0, forSeconds: 0, service: null, operation: null, resource: null },
      strength: 1,
    });
    watch.arrived(caller, update);
    const output = inside.services.lambda.UpdateAlias!(update.input);
    watch.performed(caller, update, output, null);
    expect(watch.breaches.at(-1)).toMatch(/leads to version 1 again, where a deploy had put it at 2/);
  });

  test('notes lines that a journal has lost', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spillway-'));
    const line = (number: number) => JSON.stringify({ kind: 'decision', id: `run/service/${number}` });
    await writeFile(join(folder, 'journal.jsonl'), `${line(1)}\n{"kind":"dec\n${line(3)}\n`);
    await writeFile(join(folder, 'journal.inherited'), `${line(2)}\n`);
    const said = unkeptJournal({ folders: [folder], kills: 0, leastDecisions: 3 }).join('\n');
    expect(said).toMatch(/was changed/);
    expect(said).toMatch(/1 lines of the journal are broken, by 0 kills/);
    expect(said).toMatch(/decisions of run in the journal: 1, 3/);
    expect(said).toMatch(/2 decisions in the journal, where 3 were due/);
    await rm(folder, { recursive: true });
  });
});
