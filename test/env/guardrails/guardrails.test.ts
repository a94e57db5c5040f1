import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isOpen } from '../../../env/guardrails/blackout.ts';
import { defaultLimits, type Limits, parseLimits } from '../../../env/guardrails/limits.ts';
import type { Action, Observation, PoolState } from '../../../env/types.ts';
import { actionOf, observationOf } from '../../controller/fakes.ts';
import { readPage, section, tableRows } from '../../docs/pages.ts';
import { limitsOf, loose, type Moment, play, seen } from './stage.ts';

const steady = (cpu: number, wanted: number, times = 1): Moment[] =>
  Array(times).fill({ observation: seen(cpu), wanted: actionOf(wanted) });

/** No metric at all. */
const dark = {
  arrivals: null,
  utilization: [null, null],
  queueLength: [null, null],
  latencyMs: { p50: null, p95: null, p99: null },
  spilledPerSecond: null,
};

describe('a guardrail', () => {
  test('that has nothing to say changes nothing', async () => {
    expect(await play(loose, steady(4, 2))).toMatchObject([{ vms: [2, 0], by: [] }]);
  });

  test('brings an action back into the profile, and reads what is no number as no change', async () => {
    const wild = { ...actionOf(Number.NaN, 1e9), variant: 7, lambdaMemoryMb: 5 };
    const [one] = await play(loose, [{ observation: seen(4), wanted: wild }]);
    expect(one).toMatchObject({ vms: [4, 3], by: ['bounds'], applied: { variant: 1, lambdaMemoryMb: 1024 } });
  });

  test('never lets the first decision cut, whatever the limits say', async () => {
    const restart = { observation: seen(6, 2, { lastAction: null }), wanted: actionOf(1) };
    expect(await play(loose, [restart])).toMatchObject([{ vms: [6, 2], by: ['start-up'] }]);
  });

  test('lets nothing go for a while after the start', async () => {
    const cuts = await play(limitsOf({ startUpSeconds: 120 }), steady(6, 5, 3));
    expect(cuts.map(({ vms }) => vms[0])).toEqual([6, 6, 5]);
  });

  test('lets a pool shrink to the most that was wanted within the delay', async () => {
    const moments = [...steady(6, 6), ...steady(6, 4), ...steady(6, 2, 2)];
    const cuts = await play(limitsOf({ scaleInDelaySeconds: 120 }), moments);
    expect(cuts.map(({ vms }) => vms[0])).toEqual([6, 6, 4, 2]);
    expect(cuts[1]!.by).toEqual(['scale-in-delay']);
  });

  test('keeps to the budget of VMs that may go within the window', async () => {
    const limits = limitsOf({ disruption: { share: 0.25, leastVms: 1, windowSeconds: 120 } });
    const cuts = await play(limits, [...steady(8, 1), ...steady(6, 1), ...steady(6, 1)]);
    expect(cuts.map(({ vms }) => vms[0])).toEqual([6, 6, 5]);
  });

  test('moves a pool only a step at a time, both ways', async () => {
    const limits = limitsOf({ step: { growthShare: 1, cutShare: 0.25, leastVms: 1 } });
    const steps = await play(limits, [...steady(3, 8), ...steady(8, 1), ...steady(1, 8)]);
    expect(steps.map(({ vms }) => vms[0])).toEqual([6, 6, 2]);
  });

  test('counts launches within the window, but never keeps a pool below its minimum', async () => {
    const limits = limitsOf({ growth: { launches: 3, windowSeconds: 120 } });
    const grown = await play(limits, [...steady(2, 4), ...steady(4, 8), ...steady(5, 8), ...steady(0, 1)]);
    expect(grown.map(({ vms }) => vms[0])).toEqual([4, 5, 7, 1]);
  });

  test('stops the launches of a pool whose VMs never become healthy', async () => {
    const booting = (vms: number) =>
      seen(2, 0, {
        pools: [
          { ready: 2, booting: vms },
          { ready: 0, booting: 0 },
        ],
      });
    // Boots of 60 s, sigma 0.2: overdue beyond 2 * 60 * exp(0.6) + 60 = 279 s.
    const moments = Array.from({ length: 8 }, (_, minute) => ({
      observation: booting(minute === 0 ? 0 : 2),
      wanted: actionOf(minute < 1 ? 4 : 6),
    }));
    const limits = limitsOf({ growth: { launches: 1000, windowSeconds: 1 } });
    const said = await play(limits, moments);
    expect(said.map(({ by }) => by.includes('unhealthy-launches'))).toEqual([
      ...Array(6).fill(false),
      ...Array(2).fill(true),
    ]);
    expect(said.at(-1)!.vms).toEqual([4, 0]);
  });

  test('lets growth go only as far as the dollars reach, booting VMs included, and cuts nothing for them', async () => {
    const limits = limitsOf({ usdPerHour: 0.5 });
    const half = seen(2, 0, {
      pools: [
        { ready: 1, booting: 3 },
        { ready: 0, booting: 0 },
      ],
    });
    // 5 c5.large at $0.085 are $0.425; a g4dn.xlarge at $0.526 does not fit.
    const said = await play(limits, [{ observation: half, wanted: actionOf(8, 2) }, ...steady(8, 8)]);
    expect(said.map(({ vms, by }) => [vms, by])).toEqual([
      [[5, 0], ['usd-cap']],
      [[8, 0], []],
    ]);
  });

  test('keeps a variant and a memory size for their time', async () => {
    const limits = limitsOf({ dwell: { variantSeconds: 120, memorySeconds: 60 } });
    const other = { ...actionOf(4), variant: 2, lambdaMemoryMb: 2048 };
    const back = { observation: seen(4, 0, { lastAction: other }), wanted: actionOf(4) };
    const said = await play(limits, [{ observation: seen(4), wanted: other }, back, back]);
    expect(said.map(({ applied }) => [applied.variant, applied.lambdaMemoryMb])).toEqual([
      [2, 2048],
      [2, 1024],
      [1, 1024],
    ]);
  });
});

describe('without fresh metrics', () => {
  const growAndCut = async (over: Parameters<typeof seen>[2]) =>
    (
      await play(loose, [
        { observation: seen(4, 0, over), wanted: actionOf(2) },
        { observation: seen(4, 0, over), wanted: actionOf(6) },
      ])
    ).map(({ vms }) => vms[0]);
  const signal = (value: number, ageSeconds: number) => ({ value, ageSeconds });

  test.each([
    ['an absent queue', { queueLength: [signal(0, 60), null] }],
    ['stale arrivals', { arrivals: { value: [1, 2], ageSeconds: 181 } }],
    ['utilisation that is no number', { utilization: [signal(Number.NaN, 60), null] }],
    ['spilled requests of the future', { spilledPerSecond: signal(1, -5) }],
  ])('%s allows growth and no cut', async (_, over) => {
    expect(await growAndCut(over)).toEqual([4, 6]);
  });

  test('when nothing at all is known the fleet may become what the last day usually needed, and no more', async () => {
    // Forty decisions that could be trusted, of which two were a spike, and then darkness.
    const day = [...steady(3, 3, 30), ...steady(3, 6, 8), ...steady(3, 8, 2)];
    const blind = { observation: seen(3, 0, dark), wanted: actionOf(8) };
    const [after] = (await play(loose, [...day, ...Array(30).fill(blind)])).slice(-1);
    expect(after!.vms[0]).toBe(6);
    expect(after!.by).toEqual(['freshness']);
  });

  test('when nothing at all is known neither is allowed', async () => {
    const nothing = observationOf();
    expect(nothing.arrivals).not.toBeNull();
    expect(await growAndCut(dark)).toEqual([4, 4]);
  });

  test('zero traffic with every other metric there is no outage: the fleet may shrink', async () => {
    const idle = { arrivals: { value: [0, 0], ageSeconds: 60 }, latencyMs: { p50: null, p95: null, p99: null } };
    expect(await growAndCut(idle)).toEqual([2, 6]);
  });
});

describe('a fleet that is larger than the profile allows', () => {
  const larger = (over: Partial<Observation> = {}): Moment => ({ observation: seen(20, 0, over), wanted: actionOf(2) });
  const vms = async (limits: Limits, moments: readonly Moment[]) =>
    (await play(limits, moments)).map(({ vms: [cpu] }) => cpu);

  test('is not cut by the first decision, nor on stale metrics or none', async () => {
    expect(await vms(loose, [larger({ lastAction: null })])).toEqual([20]);
    expect(await vms(defaultLimits, Array(5).fill(larger()))).toEqual(Array(5).fill(20));
    expect(await vms(loose, [larger(dark), larger({ spilledPerSecond: null })])).toEqual([20, 20]);
  });

  test('goes in the steps of any other cut, and never grows', async () => {
    const limits = limitsOf({ step: { growthShare: 1, cutShare: 0.25, leastVms: 1 } });
    expect(await vms(limits, [larger()])).toEqual([15]);
    const budgeted = limitsOf({ disruption: { share: 0.25, leastVms: 1, windowSeconds: 600 } });
    expect(await vms(budgeted, [larger()])).toEqual([15]);
    expect(await vms(loose, [{ ...larger(), wanted: actionOf(30) }])).toEqual([8]);
  });
});

describe('VMs beyond what was asked for, as AWS adds them to replace others', () => {
  const surplus = (asked: number, over: Partial<Observation> = {}) =>
    seen(6, 0, {
      pools: [
        { ready: 6, booting: 1, asked },
        { ready: 0, booting: 0 },
      ],
      ...over,
    });

  test('are not asked for by what forbids a cut', async () => {
    const still = { arrivals: { value: [1, 2], ageSeconds: 300 } };
    const moments = [surplus(5), surplus(5, still), surplus(5, dark)].map((observation) => ({
      observation,
      wanted: actionOf(2),
    }));
    for (const moment of moments) {
      const restart = { ...moment, observation: { ...moment.observation, lastAction: null } };
      expect((await play(loose, [restart]))[0]!.vms).toEqual([5, 0]);
    }
    for (const moment of moments.slice(1)) expect((await play(loose, [moment]))[0]!.vms).toEqual([5, 0]);
  });

  test('cost as others do while they are there', async () => {
    // 7 c5.large at $0.085 are $0.595: one g4dn.xlarge at $0.526 fits beside them, and two beside 5.
    const [said] = await play(limitsOf({ usdPerHour: 1.5 }), [{ observation: surplus(5), wanted: actionOf(5, 2) }]);
    expect(said).toMatchObject({ vms: [5, 1], by: ['usd-cap'] });
  });
});

describe('VMs that were asked for and do not come', () => {
  const failing = { kind: 'capacity-failure', forbids: 'launch', said: 'The launches of cpu fail' } as const;
  const fleet = (cpu: Partial<PoolState>, over: Partial<Observation> = {}) =>
    seen(3, 0, {
      pools: [
        { ready: 3, booting: 0, ...cpu },
        { ready: 0, booting: 0 },
      ],
      ...over,
    });
  const inVain = (over: Partial<Observation> = {}) => fleet({ asked: 7, hindrances: [failing] }, over);
  const one = async (limits: Partial<Limits>, observation: Observation, wanted: Action) =>
    (await play(limitsOf(limits), [{ observation, wanted }]))[0]!;

  test('are asked back while their launches fail, on fresh metrics', async () => {
    expect(await one({}, inVain(), actionOf(7))).toMatchObject({ vms: [3, 0], by: ['hindered'] });
  });

  test('are asked back only down to what is there, sick ones too: some of those would go', async () => {
    const sick = fleet({ sick: 2, asked: 7, hindrances: [failing] });
    expect(await one({}, sick, actionOf(7))).toMatchObject({ vms: [5, 0], by: ['hindered'] });
  });

  test.each([
    ['a stale metric', { arrivals: { value: [1, 2], ageSeconds: 300 } }],
    ['no metric at all', dark],
  ])('stay asked for with %s, whatever is wanted', async (_, over) => {
    for (const wanted of [1, 3, 5, 7, 8]) expect((await one({}, inVain(over), actionOf(wanted))).vms).toEqual([7, 0]);
    const strict = {
      growth: { launches: 0, windowSeconds: 900 },
      step: { growthShare: 0, cutShare: 0.1, leastVms: 1 },
    };
    expect(await one(strict, inVain(over), actionOf(7))).toMatchObject({ vms: [7, 0], by: [] });
  });

  test('stay asked for while nobody may take anything away', async () => {
    const unread = { kind: 'unread', forbids: 'cut', said: "The health of cpu's targets could not be read" } as const;
    const both = fleet({ asked: 7, hindrances: [failing, unread] });
    expect((await one({}, both, actionOf(1))).vms).toEqual([7, 0]);
    expect((await one({}, both, actionOf(8))).vms).toEqual([7, 0]);
  });

  test('stay asked for at the start and in a blackout, on fresh metrics too', async () => {
    const restart = inVain({ lastAction: null });
    expect((await one({}, restart, actionOf(8))).vms).toEqual([7, 0]);
    const blackouts = [{ cron: '0 12 * * *', minutes: 60, forbids: 'scale-in' as const }];
    expect((await one({ blackouts }, inVain(), actionOf(8))).vms).toEqual([7, 0]);
  });

  test('and are sick stay as long as others would: the delay, the budget and the step count them', async () => {
    const sick = fleet({ sick: 4, asked: 7 });
    const moments = [7, 3].map((wanted) => ({ observation: sick, wanted: actionOf(wanted) }));
    const delayed = await play(limitsOf({ scaleInDelaySeconds: 300 }), moments);
    expect(delayed.at(-1)).toMatchObject({ vms: [7, 0], by: ['scale-in-delay'] });
    const disruption = { share: 0, leastVms: 1, windowSeconds: 600 };
    const budgeted = await play(limitsOf({ disruption }), [...moments, ...moments].slice(1));
    expect(budgeted.map(({ vms }) => vms[0])).toEqual([6, 7, 7]);
    expect((await one({ step: { growthShare: 1, cutShare: 0, leastVms: 2 } }, sick, actionOf(3))).vms).toEqual([5, 0]);
  });

  test('are launches once, however long they stay away', async () => {
    const limits = limitsOf({ growth: { launches: 3, windowSeconds: 3600 } });
    const waiting = { observation: inVain(dark), wanted: actionOf(7) };
    const after = { observation: seen(3), wanted: actionOf(8) };
    const said = await play(limits, [...Array(30).fill(waiting), after]);
    expect(said.at(-1)).toMatchObject({ vms: [6, 0], by: ['growth-cap'] });
  });

  test('count against the dollars, as does what is to go: both may be there while others are launched', async () => {
    // 7 c5.large at $0.085 are $0.595; two g4dn.xlarge at $0.526 fit beside 3 of them, and one beside 7.
    const limits = { usdPerHour: 1.5 };
    expect(await one(limits, fleet({ asked: 7 }), actionOf(3, 2))).toMatchObject({ vms: [3, 1], by: ['usd-cap'] });
    expect((await one(limits, seen(7), actionOf(3, 2))).vms).toEqual([3, 1]);
    expect((await one(limits, seen(3), actionOf(3, 2))).vms).toEqual([3, 2]);
  });
});

describe('a blackout', () => {
  const window = { cron: '0 9 * * 1-5', minutes: 60, forbids: 'scale-in' as const };
  test('is open from the minute that its expression names, in UTC, for its length', () => {
    const open = (iso: string) => isOpen(window, new Date(iso));
    expect([open('2026-01-05T08:59:59Z'), open('2026-01-05T09:00:00Z'), open('2026-01-05T09:59:59Z')]).toEqual([
      false,
      true,
      true,
    ]);
    expect([open('2026-01-05T10:00:00Z'), open('2026-01-04T09:30:00Z')]).toEqual([false, false]);
  });

  test('forbids a cut, or any change', async () => {
    const at = new Date('2026-01-05T09:10:00Z');
    const moments = [...steady(4, 2), ...steady(4, 6)];
    const cuts = await play(limitsOf({ blackouts: [window] }), moments, at);
    expect(cuts.map(({ vms }) => vms[0])).toEqual([4, 6]);
    const none = await play(limitsOf({ blackouts: [{ ...window, forbids: 'change' }] }), moments, at);
    expect(none.map(({ vms, by }) => [vms[0], by])).toEqual([
      [4, ['blackout']],
      [4, ['blackout']],
    ]);
  });
});

test('at a start what was found stays, in a blackout of changes and while the kill switch is there', async () => {
  const found = { ...actionOf(4), lambdaMemoryMb: 1024, variant: 0 };
  const start = { observation: seen(4, 0, { lastAction: null, found }), wanted: actionOf(6) };
  const always = { cron: '* * * * *', minutes: 60, forbids: 'change' as const };
  const stops = [limitsOf({ blackouts: [always] }), limitsOf({ killSwitch: 'package.json' })];
  for (const limits of stops) expect((await play(limits, [start]))[0]!.applied).toEqual(found);
});

describe('the kill switch', () => {
  test('stops everything while its file is there, and while nobody can tell', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spillway-kill-'));
    const file = join(folder, 'stop');
    const wants = async (killSwitch: string) => (await play(limitsOf({ killSwitch }), steady(4, 6)))[0]!;
    expect((await wants(file)).vms[0]).toBe(6);
    await writeFile(file, '');
    expect(await wants(file)).toMatchObject({ vms: [4, 0], by: ['kill-switch'] });
    // A path through a file can be neither there nor not there.
    expect(await wants(join(file, 'below'))).toMatchObject({ vms: [4, 0], by: ['kill-switch'] });
    await rm(folder, { recursive: true });
  });
});

describe('a limits file', () => {
  test.each([
    ['usdPerHour: -1', /limits.yaml:1: usdPerHour is -1, but must be a number above 0/],
    ['step:\n  growthshare: 1', /limits.yaml:2: step.growthshare is not a field .* growthShare/],
    [
      'blackouts:\n  - {cron: "99 9 * * *", minutes: 5}',
      /limits.yaml:2: blackouts\[0\].cron is .* must be a cron expression/,
    ],
    [
      'dwell: {memorySeconds: 1e9}',
      /dwell.memorySeconds is 1000000000, but must be a number of at least 0 and at most 86400/,
    ],
  ])('%j is refused in a sentence', (text, sentence) => {
    expect(() => parseLimits(text, 'limits.yaml')).toThrow(sentence);
  });

  test('that the least fleet does not fit into is refused', async () => {
    await expect(play(limitsOf({ usdPerHour: 0.08 }), steady(1, 1))).rejects.toThrow(/must be at least 0.085/);
  });
});

describe('docs/safety.md', () => {
  const page = readPage('docs/safety.md');
  test('shows a file that is read, with the defaults that its table states', () => {
    const yaml = /```yaml\n(.+?)```/s.exec(typeof page === 'string' ? page : page.text)![1]!;
    expect(parseLimits(yaml, 'safety.md').usdPerHour).toBe(12);
    for (const [field, value] of tableRows(section(page, '## The limits')).map((row) => [
      row[0]!.replaceAll('`', ''),
      row[1]!,
    ])) {
      if (field!.startsWith('blackouts')) continue;
      const found = field!
        .split('.')
        .reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], defaultLimits);
      expect(String(found), field).toBe(value!.trim());
    }
  });
});
