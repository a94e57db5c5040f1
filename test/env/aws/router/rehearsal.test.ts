import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ownReads } from '../../../../env/aws/calls/bulk-reads.ts';
import { Calls } from '../../../../env/aws/calls/call.ts';
import { RouterLever } from '../../../../env/aws/levers/router-lever.ts';
import { type OpenedRouter, openRouter } from '../../../../env/aws/router/open-router.ts';
import type { Fault } from '../../../../env/twin/faults/fault.ts';
import type { Action } from '../../../../env/types.ts';
import { clientsOf, constant, openExample, startedAt } from '../../twin/open.ts';

const signal = { abortSignal: new AbortController().signal };
const action = (variant: number, maxWaitMs: (number | null)[]): Action => ({
  variant,
  vmCounts: [4, 0],
  lambdaMemoryMb: 3008,
  spillover: { maxWaitMs, lambdaShare: 0 },
});

describe('the router of a twin, through the client of HAProxy', () => {
  let twin: Awaited<ReturnType<typeof openExample>>;
  let clients: ReturnType<typeof clientsOf>;
  let opened: OpenedRouter;

  beforeEach(async () => {
    // Four VMs of inception-v3 serve some 31 of these 40 requests a second.
    twin = await openExample('image-classifier', { workload: constant(40, 3600), initialVms: [4, 0] });
    clients = clientsOf(twin);
    const { profile, deployment } = twin;
    const calls = new Calls(5000);
    opened = openRouter({
      profile,
      deployment,
      reads: ownReads(clients, calls),
      monotonicMs: () => twin.nowMs(),
      rehearsal: twin.url,
    })!;
  });
  afterEach(async () => {
    await opened.router.close();
    clients.close();
    await twin.close();
  });

  async function set(wish: Action): Promise<readonly string[]> {
    const mutation = await opened.mutationFor(wish);
    if (mutation?.kind !== 'set-router') return [];
    await opened.send(mutation, signal);
    return mutation.commands;
  }
  async function pass(seconds: number) {
    twin.advance(seconds);
    const reading = await opened.router.observe();
    expect(opened.router.fault).toBeNull();
    return reading!;
  }

  test('what it reports is what the simulator did', async () => {
    await set(action(1, [0, 0]));
    expect(await opened.router.observe()).toBeNull();
    const readings = [await pass(60), await pass(120)];
    const { total } = twin.world;
    const sum = (of: (reading: (typeof readings)[number]) => number) => readings.reduce((all, one) => all + of(one), 0);
    for (const [k, one] of total.classes.entries()) {
      for (const field of ['requests', 'inTime', 'late', 'lost'] as const) {
        expect(
          sum(({ classes }) => classes[k]![field]),
          `${field} of class ${k}`,
        ).toBe(one[field]);
      }
    }
    expect(sum(({ spilled }) => spilled)).toBe(total.spilled);
    expect(sum(({ seconds }) => seconds)).toBe(180);
    const answered = total.classes.reduce((all, { inTime, late }) => all + inTime + late, 0);
    expect(sum(({ answeredBy }) => answeredBy![1]!)).toBe(answered);
    expect(readings[1]!.busyShare[0]).toBeCloseTo(total.busySlotSeconds[0]! / total.readySlotSeconds[0]!, 1);
    expect(readings[1]!.busyShare[1]).toBeNull();
    expect(readings[1]!.arrivals[0]).toBeCloseTo(40, -1);
  });

  test('thresholds reach the simulated traffic', async () => {
    await set(action(1, [0, 0]));
    await opened.router.observe();
    expect((await pass(60)).spilled).toBeGreaterThan(300);
    await set(action(1, [null, null]));
    expect((await pass(60)).spilled).toBe(0);
    const waiting = await pass(60);
    expect(waiting.queue[0]! + waiting.queue[1]!).toBeGreaterThan(300);
    await set(action(0, [null, null]));
    const smaller = await pass(60);
    expect(smaller.answeredBy![0]).toBeGreaterThan(0);
    expect(smaller.answeredBy![1]).toBe(0);
  });

  test('its servers follow the instances, and what was said once is not said again', async () => {
    const commands = await set(action(1, [0, 100]));
    expect(commands.filter((command) => command.startsWith('add server pool.cpu/i-'))).toHaveLength(4);
    expect(commands).toContain('set map /twin/image-classifier.settings.map wait/relaxed 100');
    expect(await set(action(1, [0, 100]))).toEqual([]);
    twin.groups.all[0]!.setDesired(3, false);
    twin.advance(60);
    const drains = await set(action(1, [0, 100]));
    expect(drains).toEqual([expect.stringMatching(/^set server pool\.cpu\/i-[0-9a-f]+ state drain$/)]);
    const name = drains[0]!.split(' ')[2]!;
    expect(await set(action(1, [0, 100]))).toEqual([`set server ${name} state maint`, `del server ${name}`]);
    expect(await set(action(1, [0, 100]))).toEqual([]);
  });

  test('a router that does not answer keeps its settings, is unreachable, and tells afterwards what it counted', async () => {
    await set(action(1, [0, 0]));
    await opened.router.observe();
    inject({ kind: 'router-down', forSeconds: 60 });
    twin.advance(50);
    expect(await opened.router.observe()).toBeNull();
    expect(opened.router.fault).toMatchObject({ kind: 'unreachable' });
    await expect(opened.mutationFor(action(1, [null, null]))).rejects.toThrow('ECONNRESET');
    expect((await pass(70)).seconds).toBe(120);
  });

  test('a router that was restarted is told everything again, and its counts are not compared with those before', async () => {
    await set(action(0, [null, null]));
    await opened.router.observe();
    await pass(60);
    inject({ kind: 'router-restart', forSeconds: 0 });
    twin.advance(60);
    expect(await opened.router.observe()).toBeNull();
    expect(opened.router.fault).toBeNull();
    const commands = await set(action(0, [null, null]));
    expect(commands).toContain('set map /twin/image-classifier.settings.map wait/strict never');
    expect(commands.filter((command) => command.startsWith('add server pool.cpu/i-'))).toHaveLength(4);
    const reading = await pass(60);
    expect(reading.classes[0]!.requests + reading.classes[1]!.requests).toBeGreaterThan(2000);
    expect(reading.spilled).toBe(0);
    expect(await set(action(0, [null, null]))).toEqual([]);
  });

  function inject(fault: Pick<Fault, 'kind' | 'forSeconds'>): void {
    const atSeconds = (twin.nowMs() - startedAt.getTime()) / 1000;
    twin.inject({ ...fault, atSeconds, service: null, operation: null, resource: null, strength: 1 });
  }

  test('instances whose address nobody knows are told, and what else is wished is said to it all the same', async () => {
    inject({ kind: 'router-restart', forSeconds: 0 });
    twin.advance(60);
    const { profile, deployment } = twin;
    const blind = openRouter({
      ...{ profile, deployment, reads: ownReads(clients, new Calls(5000)), rehearsal: twin.url },
      monotonicMs: () => twin.nowMs(),
      addressOf: async () => null,
    })!;
    const writer = { mode: 'live' as const, write: async () => ({ state: 'done' as const, response: {} }) };
    const { state, said } = await new RouterLever(blind.mutationFor, writer).pull(action(0, [null, null]));
    expect(state).toBe('settled');
    expect(said[0]).toMatch(
      /^the router: nobody knows the address of i-\w+, i-\w+, i-\w+, 1 more: no request goes there/,
    );
    expect(said[1]).toMatch(/^the router: .*never/);
    await blind.router.close();
  });
});
