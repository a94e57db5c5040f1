import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { simulatedParts } from '../../cli/simulated-parts.ts';
import { planTwin, runTwin, type TwinFlags } from '../../cli/twin.ts';
import type { Clock } from '../../controller/clock.ts';

const flags: TwinFlags = {
  deployment: 'examples/aws/weighted-classifier.yaml',
  trace: 'diurnal:mean=20,hours=2,seed=1',
  speed: 60,
  port: 0,
  seed: 1,
};

let realMs = 1000;
const clock: Clock = {
  now: () => new Date('2026-11-22T10:00:42Z'),
  monotonicMs: () => realMs,
  after: () => () => {},
};
const parts = async () => simulatedParts();

const running: { stop: AbortController; done: Promise<void> }[] = [];
afterEach(async () => {
  for (const { stop, done } of running.splice(0)) {
    stop.abort();
    await done;
  }
});

/** What it said, and where it is. */
async function started(more: Partial<TwinFlags> = {}): Promise<{ said: string; url: string }> {
  const stop = new AbortController();
  const said = new Promise<string>((write) => {
    const done = runTwin({ ...flags, ...more }, { parts, clock, write, stop: () => stop.signal });
    running.push({ stop, done });
  });
  return { said: await said, url: /http:\/\/127\.0\.0\.1:\d+/.exec(await said)![0] };
}

const timeOf = async (url: string) => (await fetch(`${url}/_twin/time`)).json();

test('says where it is, how to rehearse and how to look, and goes at its speed', async () => {
  const { said, url } = await started();
  expect(said).toContain(`--rehearsal ${url}`);
  expect(said).toContain(`aws --endpoint-url ${url}`);
  expect(await timeOf(url)).toEqual({ now: Date.parse('2026-11-22T10:00:00Z'), speed: 60 });
  realMs += 1000;
  expect(await timeOf(url)).toEqual({ now: Date.parse('2026-11-22T10:01:00Z'), speed: 60 });
});

test('stands still where it is stepped, and begins when it is told to', async () => {
  const { url } = await started({ stepped: true, start: '2026-01-01T00:00:00Z' });
  realMs += 60_000;
  expect(await timeOf(url)).toEqual({ now: Date.parse('2026-01-01T00:00:00Z'), speed: null });
});

test('ends when it is told to, and answers no longer', async () => {
  const { url } = await started();
  const [{ stop, done }] = running.splice(0) as [(typeof running)[number]];
  stop.abort();
  await done;
  await expect(timeOf(url)).rejects.toThrow();
});

test('a port that is taken is wrong input', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  const work = runTwin({ ...flags, port }, { parts, clock, write: () => {}, stop: () => AbortSignal.abort() });
  await expect(work).rejects.toThrow(`--port ${port}: cannot be opened (EADDRINUSE)`);
  other.close();
});

test.each([
  ['a time that is none', { start: 'tomorrow' }, '--start tomorrow'],
  ['a deployment that is not there', { deployment: 'no.yaml' }, 'no.yaml'],
  ['a trace that is not there', { trace: 'no.csv' }, 'no.csv'],
  ['faults that are not there', { faults: 'no.yaml' }, 'no.yaml'],
] as const)('refuses %s before it opens anything', async (_, more, said) => {
  await expect(planTwin({ ...flags, ...more }, { parts, clock })).rejects.toThrow(said);
});
