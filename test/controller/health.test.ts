import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Health, openHealth } from '../../controller/health/health.ts';
import { createInstruments } from '../../controller/health/instruments.ts';
import { Readiness } from '../../controller/health/readiness.ts';
import { runLoop } from '../../controller/loop.ts';
import { unpacedScheduler } from '../../controller/scheduler.ts';
import { GuardedEnvironment } from '../../env/guardrails/guarded.ts';
import { defaultLimits } from '../../env/guardrails/limits.ts';
import { defaultPrices } from '../../env/prices.ts';
import { actionOf, FakeClock, FakeEnvironment, FakeJournal, policyOf, profile, silent } from './fakes.ts';

const clock = new FakeClock();
const instruments = createInstruments(new Map([[profile.name, profile]]));
const readiness = new Readiness([profile.name]);
let health: Health;
const get = async (path: string, method = 'GET') => {
  const response = await fetch(`http://127.0.0.1:${health.port}${path}`, { method });
  return { status: response.status, body: await response.text() };
};

beforeAll(async () => {
  health = await openHealth({ port: 0, instruments, readiness, clock, patienceMs: 60_000 });
});
afterAll(() => health.close());

/** Three decisions, of which the first would take the only GPU away. */
async function run() {
  const guarded = new GuardedEnvironment(new FakeEnvironment(), {
    ...{ profile, prices: defaultPrices, limits: defaultLimits },
    wallTime: () => new Date(0),
  });
  await runLoop({
    ...{ runId: 'run', profile, environment: guarded, guarded, incumbent: null, logger: silent, clock },
    policy: policyOf('p', actionOf(4)),
    journal: new FakeJournal(),
    scheduler: unpacedScheduler,
    pace: { decisionSeconds: 60, speed: Infinity, decisions: 3 },
    stop: new AbortController().signal,
    decided(entry, observation) {
      instruments.decided(entry, observation);
      readiness.decided(entry);
      health.decided();
    },
  });
}

describe('the health page', () => {
  test('is ready after the first decision, and well while decisions go on', async () => {
    expect([(await get('/healthz')).status, (await get('/readyz')).status]).toEqual([200, 503]);
    await run();
    expect([(await get('/healthz')).status, (await get('/readyz')).status]).toEqual([200, 200]);
    clock.pass(61);
    expect(await get('/healthz')).toEqual({ status: 503, body: 'no decision for 61 s\n' });
    expect((await get('/readyz')).status).toBe(503);
  });

  test('tells Prometheus of decisions, guardrails, ages, cost and burn', async () => {
    const { body } = await get('/metrics');
    const value = (name: string) =>
      Number(
        body
          .split('\n')
          .find((line) => line.startsWith(name))
          ?.split(' ')
          .at(-1),
      );
    expect(value('spillway_decisions_total{service="tiny",rung="policy"')).toBe(3);
    expect(value('spillway_guardrail_interventions_total{service="tiny",guardrail="start-up"')).toBeGreaterThan(0);
    expect(value('spillway_metric_age_seconds{service="tiny",metric="arrivals"')).toBe(60);
    expect(value('spillway_cost_usd_per_hour')).toBeCloseTo(60);
    // One in five out of time, where one in a hundred may be.
    expect(value('spillway_slo_burn')).toBeCloseTo(20);
    expect(value('spillway_heap_bytes')).toBeGreaterThan(1e6);
  });

  test('lists its metrics in docs/safety.md', async () => {
    const { body } = await get('/metrics');
    const names = [...body.matchAll(/^# TYPE (\w+)/gm)].map((match) => match[1]!).sort();
    const text = await readFile(new URL('../../docs/safety.md', import.meta.url), 'utf8');
    expect([...text.matchAll(/^\| `(spillway_\w+)/gm)].map((match) => match[1]!).sort()).toEqual(names);
  });

  test('only tells, and only what there is', async () => {
    expect([(await get('/metrics', 'POST')).status, (await get('/journal')).status]).toEqual([405, 404]);
  });

  test('refuses a port that is taken, in a sentence', async () => {
    const again = openHealth({ port: health.port, instruments, readiness, clock, patienceMs: 1 });
    await expect(again).rejects.toThrow(/--health-port \d+: cannot be listened on \(EADDRINUSE\)/);
  });
});
