import { Script } from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import { evaluationOf } from '../../../policies/evaluation/evaluation.ts';
import { trials } from '../../../policies/evaluation/matrix.ts';
import { runPolicy } from '../../../policies/evaluation/run.ts';
import { type ReportAssets, readAssets } from '../../../policies/report/assets.ts';
import { reportPage } from '../../../policies/report/report.ts';
import { evaluationWith, FakeEnvironment, holding, prices, profile, result } from '../evaluation/fakes.ts';

const nasty = '</script><script>alert("1")</script>&\u2028';

async function pageWith(
  policies: readonly string[],
  assets: ReportAssets,
  decisions = 30,
  more: readonly string[] = [],
): Promise<string> {
  const runs = await Promise.all(
    policies.map(async (policy, index) => ({
      trace: 'day<1>',
      policy,
      seed: 1,
      parameters: { vms: index },
      ...(await runPolicy({
        profile,
        policy: holding(index + 1),
        environment: new FakeEnvironment(index),
        decisions,
        warmUpSeconds: 600,
        keepsTimeline: true,
      })),
    })),
  );
  const names = ['day<1>', ...more];
  const found = trials(
    profile,
    names.flatMap((trace) => runs.map((run) => ({ ...run, trace }))),
  );
  const traces = names.map((name) => ({ name, seconds: 60 * decisions - 600, boundUsd: 0.01 }));
  const circumstances = {
    version: '0.1.0',
    profile,
    prices,
    traces,
    fidelity: 'fluid',
    seeds: [1],
    warmUpSeconds: 600,
  } as const;
  return reportPage({ evaluation: evaluationOf(circumstances, found), profile, prices, trials: found }, assets);
}

describe('the report', () => {
  let assets: ReportAssets;
  let page: string;
  beforeAll(async () => {
    assets = await readAssets();
    page = await pageWith(['hold', `ppo:${nasty}`, 'mixed:margin=1.2'], assets);
  });

  test('names no place on the network', () => {
    expect(page).not.toMatch(/https?:\/\//);
    expect(page).not.toMatch(/<(link|img|iframe|object|embed)\b|@import\s+["'u]|url\(/i);
    expect(page).toContain("default-src 'none'");
  });

  test('carries its data, which no name can break out of', () => {
    const data = JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)![1]!);
    expect(data.policies).toEqual(['hold', `ppo:${nasty}`, 'mixed:margin=1.2']);
    expect(data.traces[0].runs[0].decisions.reasons[0]).toBe('hold 1 at 0 s');
    expect(page).not.toContain('alert("1")</script>');
  });

  test('opens and closes its elements in order', () => {
    expect(unbalanced(page)).toEqual([]);
  });

  test('has one script, which parses without imports', () => {
    const [script] = [...page.matchAll(/<script>\n(.*?)<\/script>/gs)].map((match) => match[1]!);
    expect(() => new Script(script!)).not.toThrow();
    expect([...page.matchAll(/<script[ >]/g)]).toHaveLength(2);
  });

  test('draws a bar for each policy and kind that somebody paid for, and a point for each policy', () => {
    expect([...page.matchAll(/<rect /g)]).toHaveLength(9);
    expect([...page.matchAll(/<circle /g)]).toHaveLength(3);
    expect(page).not.toContain('NaN');
  });

  test('marks the policy that misses the promise', async () => {
    expect(page).toMatch(/cheapest that keeps the promise|misses the promise/);
  });

  test('tells the optimum beside the runs, and the parameters that they had', () => {
    const data = JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)![1]!);
    const { bound, runs } = data.traces[0];
    expect(bound.capacity).toHaveLength(bound.timeSeconds.length);
    expect(bound.timeSeconds.at(-1)).toBe(runs[0].timeSeconds.at(-1));
    expect(page).toContain('<h2>Parameters of the policies</h2>');
    expect(page).toContain('vms = 2');
  });

  test('tells of a trace in which nothing was finished and nothing was paid what is so, and no number that is none', () => {
    const nothing = {
      usd: 0,
      seedsUsd: [0, 0],
      attainment: { all: null },
      accuracy: null,
      boundUsd: null,
      regret: null,
    };
    const evaluation = evaluationWith([result(nothing), result({ ...nothing, policy: 'other' })]);
    const empty = reportPage({ evaluation, profile, prices, trials: [] }, assets);
    expect(empty).toContain('<b>mixed</b> is cheapest at $0.0000, where nothing was finished, and so is other');
    expect(empty).not.toMatch(/NaN|Infinity/);
  });

  test('says so where only who knows the future keeps the promise', () => {
    const evaluation = evaluationWith([
      result({ policy: 'oracle', kind: 'clairvoyant' }),
      result({ attainment: { all: 0.98 } }),
    ]);
    const text = reportPage({ evaluation, profile, prices, trials: [], notes: ['<less> exact'] }, assets);
    expect(text).toContain('Note: &lt;less&gt; exact');
    expect(text).toContain('On day: only who knows the future keeps the promise.');
    expect(text).not.toContain('no policy keeps the promise');
  });

  test('of several traces it tells first how the policies stand over all of them', async () => {
    expect(page).not.toContain('class="standings"');
    const several = await pageWith(['hold', 'mixed:margin=1.2'], assets, 30, ['day<2>']);
    expect(several).toContain('<h2>All 2 traces</h2>');
    expect([...several.matchAll(/<ellipse /g)]).toHaveLength(2);
    expect(several.indexOf('class="standings"')).toBeLessThan(several.indexOf('class="ranking"'));
    expect(several).not.toContain('NaN');
    expect(unbalanced(several)).toEqual([]);
  });

  test('says of the only policy that keeps the promise everywhere that it is the only one', async () => {
    const alone = await pageWith(['hold'], assets, 30, ['day<2>']);
    expect(alone).toContain('Only <b>hold</b> keeps the promise on every one of 2 traces: it costs');
    expect(alone).not.toContain('Of the 1');
  });

  test('is the same for the same runs', async () => {
    expect(await pageWith(['hold'], assets)).toBe(await pageWith(['hold'], assets));
  });
});

/** Elements that are closed out of order or never. */
function unbalanced(page: string): string[] {
  const empty = new Set(['meta', 'line', 'polyline', 'rect', 'circle', 'ellipse', 'input', 'br', '!doctype']);
  const open: string[] = [];
  const wrong: string[] = [];
  const markup = page.replace(/<(script|style)\b[^>]*>.*?<\/\1>/gs, '');
  for (const [, slash, name] of markup.matchAll(/<(\/?)([a-z!][a-z0-9]*)\b[^>]*>/gi)) {
    const element = name!.toLowerCase();
    if (empty.has(element)) continue;
    if (slash === '') open.push(element);
    else if (open.pop() !== element) wrong.push(element);
  }
  return [...wrong, ...open];
}
