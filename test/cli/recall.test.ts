import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recall } from '../../cli/live/recall.ts';
import type { JournalLine } from '../../controller/journal/journal-entry.ts';
import { seenBefore } from '../../controller/journal/seen-before.ts';
import { readDeployment } from '../../env/deployment/deployment.ts';
import type { Workload } from '../../env/types.ts';
import { FakeClock } from '../controller/fakes.ts';

const service = await readDeployment('examples/aws/weighted-classifier.yaml');
const minuteMs = 60_000;
/** Decides each minute, and its metrics are read two minutes late: of these hours CloudWatch tells all but the newest three minutes. */
const hours = 3;
const published = hours * 60 - 3;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-recall-'));
});
afterAll(() => rm(folder, { recursive: true }));

const seenOf = async (journal: string) =>
  (await seenBefore(join(folder, journal), 0)).get(service.deployment.name) ?? [];

interface Situation {
  /** [minute] By CloudWatch; absent: it cannot tell. */
  readonly counted?: (minutes: number) => readonly (number | null)[] | null;
  readonly journal?: string;
  readonly seconds?: number;
}

async function recalled({ counted, journal = 'none.jsonl', seconds = hours * 3600 }: Situation) {
  const told: Workload[] = [];
  const [said, lines]: [string[], JournalLine[]] = [[], []];
  const clock = new FakeClock();
  const policy = {
    name: 'p',
    parameters: {},
    decide: () => ({}) as never,
    recall: (past: Workload) => told.push(past),
  };
  await recall(
    { service, policy, fallback: null } as never,
    {
      counted: async ({ fromMs, toMs }) => {
        if (counted === undefined) throw new Error('GetMetricData: AccessDenied');
        return counted((toMs - fromMs) / minuteMs);
      },
    },
    {
      ...{ seen: await seenOf(journal), mode: 'shadow', seconds, clock, runId: 'run' },
      journal: { append: async (line) => void lines.push(line) },
      say: (sentence) => said.push(sentence),
    },
  );
  return { told, said: said.join(' '), lines, nowMs: clock.now().getTime() };
}

const ramp = (minutes: number) => Array.from({ length: minutes }, (_, minute) => minute);

describe('what came before a live run', () => {
  test('is told to the policy as CloudWatch counted it, and journaled as it was told', async () => {
    const { told, said, lines } = await recalled({ counted: ramp });
    expect(told.map(({ requests, stepSeconds }) => [Array.from(requests), stepSeconds])).toEqual([
      [ramp(published), 60],
    ]);
    expect(said).toContain(`recalls ${published} minutes`);
    expect(lines).toMatchObject([{ kind: 'past', id: `run/${service.deployment.name}`, requests: ramp(published) }]);
  });

  test('of an interval of its own is left to the first observation', async () => {
    const { lines, nowMs } = await recalled({ counted: ramp });
    const { until } = lines[0] as Extract<JournalLine, { kind: 'past' }>;
    expect(nowMs - Date.parse(until)).toBeGreaterThanOrEqual(180_000);
  });

  test('that nobody knows for long is forgotten with all that was before it, and a short hole is drawn', async () => {
    const holes = (minutes: number) =>
      ramp(minutes).map((count) => ((count >= 40 && count < 60) || count === 100 ? null : count));
    const { told, said } = await recalled({ counted: holes });
    expect(Array.from(told[0]!.requests)).toEqual(ramp(published).slice(60));
    expect(said).toContain('1 drawn from their neighbours');
  });

  test('that ended long ago is not what comes before, and absent stays absent', async () => {
    const early = (minutes: number) => ramp(minutes).map((count) => (count < 120 ? count : null));
    for (const counted of [early, (minutes: number) => ramp(minutes).map(() => null)]) {
      const { told, said, lines } = await recalled({ counted });
      expect([told, lines]).toEqual([[], []]);
      expect(said).toContain('begins without a past');
    }
  });

  test('does not keep it from beginning where CloudWatch does not tell, or does not count', async () => {
    expect((await recalled({})).said).toContain('GetMetricData: AccessDenied');
    expect((await recalled({ counted: () => null })).said).toContain('behind a load balancer');
  });

  test('is not asked for where nobody wants it', async () => {
    const { told, said } = await recalled({ seconds: 0 });
    expect([told, said]).toEqual([[], '']);
  });

  test('is taken from the journal where that is fresher, or CloudWatch does not tell', async () => {
    const { nowMs } = await recalled({});
    const lines = ramp(30).map((minute) => ({
      ...{ kind: 'decision', id: `run/${minute}`, service: service.deployment.name, timeSeconds: 60 * minute },
      at: new Date(nowMs - (30 - minute) * minuteMs).toISOString(),
      observation: { arrivals: { perSecond: Array(6).fill(5), ageSeconds: 0 }, pools: [] },
      ...{ action: null, applied: { vmCounts: [] }, outcome: null },
    }));
    await writeFile(join(folder, 'seen.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const alone = await recalled({ journal: 'seen.jsonl' });
    expect(alone.told[0]!.requests.every((count) => count === 300)).toBe(true);
    expect(alone.told[0]!.requests.length).toBeGreaterThanOrEqual(29);
    const both = await recalled({ journal: 'seen.jsonl', counted: ramp });
    const requests = Array.from(both.told[0]!.requests);
    expect(requests.slice(0, published)).toEqual(ramp(published));
    expect(requests.slice(published)).toEqual(Array(requests.length - published).fill(300));
    expect(requests.length).toBeGreaterThan(published);
    expect(both.said).toContain('of them from the journal');
  });
});
