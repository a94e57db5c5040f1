import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExplainedDecision } from '../../cli/explained-decision.ts';
import { replay } from '../../cli/replay.ts';
import { simulatedParts } from '../../cli/simulated-parts.ts';
import { wrap } from '../../cli/wrap.ts';
import { readJournal } from '../../controller/journal/read-journal.ts';
import { defaultPrices } from '../../env/prices.ts';
import { readProfile } from '../../env/profile.ts';
import type { Workload } from '../../env/types.ts';
import { machine } from './command-line.ts';

const service = 'examples/rho/2.5.yaml';
const demand = 'diurnal:mean=60,hours=24,seed=1';
const agent = 'ppo:checkpoints/default';
const parts = simulatedParts();
const { call } = machine({ parts: async () => parts });

let folder = '';
/** A run of the agent in the shadow of a rule, and one that acts. */
let shadow = '';
let live = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-explain-'));
  [shadow, live] = [join(folder, 'shadow.jsonl'), join(folder, 'live.jsonl')];
  const run = (journal: string, ...more: string[]) =>
    call(
      'run',
      '--service',
      service,
      '--policy',
      agent,
      '--trace',
      demand,
      '--speed',
      'max',
      '--decisions',
      '25',
      '--fidelity',
      'fluid',
      '--journal',
      journal,
      ...more,
    );
  await run(shadow);
  await run(live, '--mode', 'live', '--fallback', 'percentile');
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

async function explained(...more: string[]): Promise<ExplainedDecision> {
  const { output, errors } = await call('explain', '--service', service, '--json', ...more);
  expect(errors).toBe('');
  return JSON.parse(output) as ExplainedDecision;
}

describe('the journal holds what it takes to decide again', () => {
  test('a fresh policy, shown the same, wants exactly what was wanted, decision after decision', async () => {
    const profile = await readProfile(service);
    for (const journal of [shadow, live]) {
      const { entries } = await readJournal(journal);
      for (const decisions of [1, 7, 25]) {
        const policy = await parts.policy(agent, profile, defaultPrices);
        const { decision } = replay(policy, entries.slice(0, decisions), 6, null);
        expect(decision?.action).toEqual(entries[decisions - 1]!.action);
        expect(decision?.reason).toEqual(entries[decisions - 1]!.reason);
      }
    }
  });
});

test('a policy that was told what came before the run is told so again', async () => {
  const { entries } = await readJournal(live);
  const told: number[][] = [];
  const policy = {
    name: 'p',
    decide: () => ({ action: entries[0]!.applied, reason: null as never }),
    recall: ({ requests }: Workload) => told.push(Array.from(requests)),
  };
  const requests = [3, 4, 5];
  const past = { kind: 'past', id: 'run/s', at: '', service: 's', mode: 'live', until: '', stepSeconds: 60 } as const;
  replay(policy, entries, 6, { ...past, requests });
  expect(told).toEqual([requests]);
});

describe('spillway explain', () => {
  test('explains the last decision of a learned policy as data', async () => {
    const { entry, wanted, discrepancy, pools, alternatives, standsSeconds } = await explained('--journal', live);
    expect(entry.id).toBe('run/25');
    expect(wanted).toEqual(entry.action);
    expect(discrepancy).toBeNull();
    expect(standsSeconds).toBeGreaterThanOrEqual(900);
    const [{ odds, from, wantedVms, nearest }] = pools as [(typeof pools)[number]];
    expect(odds.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
    const shares = nearest!.features.reduce((sum, one) => sum + one.share, 0);
    expect(shares).toBeCloseTo(nearest!.preference - nearest!.usualPreference, 2);
    const names = alternatives.flatMap((one) => one.names);
    expect(names).toEqual(expect.arrayContaining(['as it wanted', 'as was done', 'as before', 'as ski-rental would']));
    expect(names.some((name) => /^one .* more$/.test(name))).toBe(true);
    for (const { probability, action, prediction } of alternatives) {
      expect(probability).toBeCloseTo(odds[action.vmCounts[pools[0]!.pool]! - from] ?? 0, 12);
      expect(prediction.usdPerHour).toBeGreaterThan(0);
    }
    expect(alternatives[0]!.action.vmCounts[pools[0]!.pool]).toBe(wantedVms);
  });

  test('explains any decision of a rule in readable paragraphs, by the end of its id', async () => {
    const { code, output } = await call(
      'explain',
      '20',
      '--journal',
      shadow,
      '--service',
      service,
      '--policy',
      'mixed',
    );
    expect(code).toBe(0);
    expect(output).toMatch(/^Decision run\/20 of .*, in the shadow of reactive, which drove the fleet: mixed/);
    for (const part of [
      'It saw',
      'requests per second',
      'It wanted',
      'Its reason: demand',
      'Its parameters: margin 1,',
      'Arrivals assumed: ',
      '$/h',
      'reactive drove the fleet',
      'What came of it',
    ]) {
      expect(output.replaceAll('\n', ' ')).toContain(part);
    }
    expect(output).not.toMatch(/NaN|undefined|null|Infinity/);
    for (const line of output.split('\n')) expect(line.length).toBeLessThan(140);
  });

  test('tells of guardrails and of the fallback where they held the decision back', async () => {
    const lines = (await readFile(live, 'utf8')).trim().split('\n');
    const entry = JSON.parse(lines.at(-1)!);
    const bounded = {
      ...entry,
      decidedBy: { rung: 'fallback', because: 'Policy ppo should not be trusted.' },
      held: 'Policy ppo should not be trusted.',
      guardrails: [{ guardrail: 'step-cap', said: 'One decision may launch 4 VMs.' }],
    };
    const journal = join(folder, 'bounded.jsonl');
    await writeFile(journal, `${[...lines.slice(0, -1), JSON.stringify(bounded)].join('\n')}\n`);
    const { output } = await call('explain', '--journal', journal, '--service', service, '--policy', 'percentile');
    const text = output.replaceAll('\n', ' ');
    expect(text).toContain('Not the policy decided, but its fallback: Policy ppo should not be trusted.');
    expect(text).toContain('Guardrail step-cap: One decision may launch 4 VMs.');
  });

  test('says where the journal does not tell all that the policy knew', async () => {
    const lines = (await readFile(live, 'utf8')).trim().split('\n');
    const journal = join(folder, 'cut.jsonl');
    const entry = JSON.parse(lines[12]!);
    await writeFile(journal, `${JSON.stringify({ ...entry, action: { ...entry.action, vmCounts: [49] } })}\n`);
    const { discrepancy } = await explained('--journal', journal);
    expect(discrepancy).toMatch(/^made again from the journal, the policy wants \[\d+\] VMs in place of \[49\] VMs/);
  });

  const refused: [string, string[], RegExp][] = [
    ['no profile', [], /--service is missing: name the profile of the run, or its --deployment/],
    ['two decisions', ['7', '--last', '--service', service], /--last: the decision 7 is named too/],
    ['no journal', ['--service', service, '--journal', './nowhere.jsonl'], /nowhere\.jsonl: is not there/],
    ['no such decision', ['99', '--service', service], /holds no decision 99 of service rho-2-5 with 1 pool; name/],
    ['another service', ['--service', 'examples/weighted-classifier.yaml'], /holds no decision of service weighted/],
  ];
  test.each(refused)('refuses %s in one sentence', async (_, argv, sentence) => {
    const journal = argv.includes('--journal') ? [] : ['--journal', live];
    const { code, errors } = await call('explain', ...argv, ...journal);
    expect(code).toBe(2);
    expect(errors).toMatch(sentence);
    expect(errors.trim().split('\n')).toHaveLength(1);
  });
});

test('a paragraph is broken at spaces and loses nothing', () => {
  const text = 'one two three four five';
  expect(wrap(text, 9)).toBe('one two\nthree\nfour five');
  expect(wrap(text, 1).replaceAll('\n', ' ')).toBe(text);
});
