import { describe, expect, test } from 'vitest';
import { HaltingWriter } from '../../../env/aws/writing/halting-writer.ts';
import { LiveWriter } from '../../../env/aws/writing/live-writer.ts';
import type { Mutation } from '../../../env/aws/writing/mutation.ts';
import { ShadowWriter } from '../../../env/aws/writing/shadow-writer.ts';
import type { Service } from '../../../env/twin/operation.ts';
import { type Around, lostAnswer, refusal, sentTo } from './sent-to.ts';

const capacity: Mutation = { kind: 'set-desired-capacity', group: 'g', desired: 3 };
const router: Mutation = { kind: 'set-router', socket: '/s', commands: ['set map m k v'] };

function writerWith(parts: {
  readonly around?: Around;
  readonly isHeld?: () => boolean;
  readonly sendToRouter?: () => Promise<unknown>;
  readonly deadlineMs?: number;
}) {
  const [sent, failed]: [string[], string[]] = [[], []];
  const service: Service = { SetDesiredCapacity: () => ({}) };
  const client = sentTo<never>(service, async (operation, perform) => {
    sent.push(operation);
    return (parts.around ?? (async (_, plainly) => plainly()))(operation, perform);
  });
  const writer = new LiveWriter({
    clients: { autoScaling: client, lambda: client, loadBalancing: client },
    lease: { check: async () => parts.isHeld?.() ?? true },
    sendToRouter: parts.sendToRouter ?? null,
    failed: (faults) => failed.push(...faults.map(({ kind }) => kind)),
    deadlineMs: parts.deadlineMs ?? 10_000,
  });
  return { writer, sent, failed };
}

test('what AWS accepts is done, with its answer', async () => {
  const { writer, sent } = writerWith({});
  expect(await writer.write(capacity)).toEqual({ state: 'done', response: {} });
  expect(sent).toEqual(['SetDesiredCapacity']);
});

test('what AWS refuses is counted among the calls that failed, as alarms have it; what was never sent is not', async () => {
  const denied: Around = async () => {
    throw refusal('AccessDenied', 403);
  };
  const { writer, failed } = writerWith({ around: denied });
  await writer.write(capacity);
  expect(failed).toEqual(['denied']);
  const withheld = writerWith({ isHeld: () => false });
  await withheld.writer.write(capacity);
  expect(withheld.failed).toEqual([]);
});

test('without the lease nothing is sent', async () => {
  const { writer, sent } = writerWith({ isHeld: () => false });
  expect(await writer.write(capacity)).toMatchObject({ state: 'refused', fault: { kind: 'withheld' } });
  expect(sent).toEqual([]);
});

test('a lease that cannot be asked for in time sends nothing, whatever it says later', async () => {
  const { writer, sent } = writerWith({});
  const slow = new LiveWriter({
    clients: {} as never,
    lease: { check: () => new Promise(() => {}) },
    sendToRouter: null,
    deadlineMs: 20,
  });
  expect((await slow.write(capacity)).state).toBe('unknown');
  expect(await writer.write(capacity)).toMatchObject({ state: 'done' });
  expect(sent).toHaveLength(1);
});

describe('what comes of a write that fails', () => {
  test.each([
    ['is refused', refusal('ValidationError', 400), 'refused', 'invalid'],
    ['is denied', refusal('AccessDenied', 403), 'refused', 'denied'],
    ['is throttled', refusal('Throttling', 400), 'refused', 'throttled'],
    ['gets no answer', lostAnswer(), 'unknown', 'unreachable'],
    ['meets an error of the service', refusal('InternalFailure', 500), 'unknown', 'service'],
  ] as const)('one that %s', async (_, error, state, kind) => {
    const { writer } = writerWith({
      around: async () => {
        throw error;
      },
    });
    expect(await writer.write(capacity)).toMatchObject({ state, fault: { kind } });
  });

  test('one that hangs is given up, and nobody knows', async () => {
    const { writer } = writerWith({ around: () => new Promise(() => {}), deadlineMs: 20 });
    expect(await writer.write(capacity)).toMatchObject({ state: 'unknown', fault: { kind: 'timeout' } });
  });
});

test("commands for a router go to its socket's side, under the same lease", async () => {
  let asked = 0;
  const sendToRouter = async () => void asked++;
  await writerWith({ sendToRouter, isHeld: () => false }).writer.write(router);
  expect(asked).toBe(0);
  expect(await writerWith({ sendToRouter }).writer.write(router)).toMatchObject({ state: 'done' });
  expect(asked).toBe(1);
  expect(await writerWith({}).writer.write(router)).toMatchObject({ state: 'refused', fault: { kind: 'invalid' } });
});

test('while it is halted nothing passes, and afterwards it does', async () => {
  const { writer, sent } = writerWith({});
  const halting = new HaltingWriter(writer);
  halting.halt('The kill switch is pulled.');
  expect(await halting.write(capacity)).toMatchObject({
    state: 'refused',
    fault: { kind: 'withheld', code: 'Halted' },
  });
  expect(sent).toEqual([]);
  halting.halt(null);
  expect((await halting.write(capacity)).state).toBe('done');
});

test('in shadow the exact request is told, and the imagined world answers', async () => {
  const told: unknown[] = [];
  const noted: Mutation[] = [];
  const imagined = { note: (mutation: Mutation) => ({ Version: String(noted.push(mutation)) }) };
  const writer = new ShadowWriter((request) => told.push(request), [{ note: () => undefined }, imagined]);
  expect(await writer.write(capacity)).toEqual({ state: 'done', response: { Version: '1' } });
  expect(told).toEqual([
    {
      client: 'autoScaling',
      operation: 'SetDesiredCapacity',
      input: { AutoScalingGroupName: 'g', DesiredCapacity: 3, HonorCooldown: false },
    },
  ]);
  expect(noted).toEqual([capacity]);
});
