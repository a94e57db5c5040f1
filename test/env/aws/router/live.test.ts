import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Address } from '../../../../env/aws/router/addresses.ts';
import { readCounts } from '../../../../env/aws/router/counts.ts';
import { HaproxyRouter } from '../../../../env/aws/router/haproxy-router.ts';
import type { AddressOf } from '../../../../env/aws/router/instance-address.ts';
import { routerMutation } from '../../../../env/aws/router/router-mutation.ts';
import { sendCommands } from '../../../../env/aws/router/send-commands.ts';
import { statisticsOf } from '../../../../env/aws/router/statistics.ts';
import type { ServiceProfile } from '../../../../env/types.ts';
import { deployment, profile } from './example.ts';
import { BackEnd, Haproxy, haproxyPath, stopAll, until, whySkipped } from './haproxy.ts';

const abortSignal = new AbortController().signal;
const [small, medium, large] = [0, 1, 2];

describe.skipIf(haproxyPath === null)(`a real HAProxy${whySkipped}`, () => {
  const machines = [new BackEnd(), new BackEnd()];
  const lambda = new BackEnd();
  let haproxy: Haproxy;
  const ids = ['i-00', 'i-01'];
  let addresses: Address[];
  const addressOf: AddressOf = async (id) => addresses[ids.indexOf(id)] ?? null;
  const target = () => ({ profile, deployment, socket: haproxy.socket, addressOf });
  const wish = (variant: number, maxWaitMs: (number | null)[], instances: string[][] = [ids, []]) => ({
    action: { variant, spillover: { maxWaitMs } },
    instances,
  });
  const apply = async (...args: Parameters<typeof wish>) => {
    const mutation = await routerMutation(target(), wish(...args));
    if (mutation?.kind === 'set-router') await sendCommands(haproxy.socket, mutation, { abortSignal });
    return mutation;
  };
  const inside = () => machines.reduce((sum, { held }) => sum + held.length, 0);
  const queued = async () =>
    statisticsOf(await haproxy.socket.ask('show stat'))
      .filter(({ server }) => server === 'BACKEND')
      .reduce((sum, row) => sum + (row.queued ?? 0), 0);
  const spilled = () => lambda.answered.length;

  beforeAll(async () => {
    addresses = await Promise.all(machines.map((one) => one.listen()));
    const function_ = await lambda.listen();
    haproxy = await Haproxy.start(profile, deployment, [function_, function_, null]);
  });
  beforeEach(async () => {
    await apply(medium, [0, 0]);
    for (const machine of machines) machine.isHolding = true;
    lambda.answered.length = 0;
    for (const machine of machines) machine.answered.length = 0;
  });
  /** Whatever a test left in line. */
  afterEach(async () => {
    for (const machine of machines) machine.release();
    await until(
      'nobody is inside',
      async () => !/conn_cur=[1-9]/.test(await haproxy.socket.ask('show table arrivals')),
    );
  });
  afterAll(async () => {
    for (const one of [...machines, lambda]) one.close();
    await stopAll();
  });

  /** Sends, and waits until all are answered or wait. */
  async function offer(count: number, requestClass: string, places: () => boolean | Promise<boolean>) {
    const answers = Array.from({ length: count }, () => haproxy.send(requestClass));
    await until(`${count} ${requestClass} requests have found their places`, places);
    return answers;
  }
  async function finish(answers: Promise<number>[]) {
    for (const machine of machines) machine.release();
    return Promise.all(answers);
  }

  test('a wait set at run time says how many may be in line, without a reload', async () => {
    const before = await haproxy.socket.ask('show info');
    // Four slots of 100 ms: the line moves by one each 25 ms.
    for (const [waitMs, line] of [
      [100, 4],
      [60, 2],
      [24, 0],
    ] as const) {
      for (const machine of machines) machine.isHolding = true;
      lambda.answered.length = 0;
      await apply(medium, [0, waitMs]);
      const answers = await offer(12, 'relaxed', () => inside() === 4 && spilled() === 8 - line);
      expect(await queued()).toBe(line);
      await finish(answers);
    }
    const pid = (info: string) => /^Pid: .*/m.exec(info)![0];
    expect(pid(await haproxy.socket.ask('show info'))).toBe(pid(before));
  });

  test('a request takes a free slot, and where none is free Lambda, request by request', async () => {
    const answers = await offer(10, 'strict', () => inside() === 4 && spilled() === 6);
    expect(await queued()).toBe(0);
    expect(new Set(await finish(answers))).toEqual(new Set([200]));
    expect(machines.map(({ answered }) => answered.length)).toEqual([2, 2]);
  });

  test('before a strict request are only those of its class, however long the line of the others is', async () => {
    await apply(medium, [100, null]);
    const relaxed = await offer(20, 'relaxed', async () => inside() === 4 && (await queued()) === 16);
    const strict: Promise<number>[] = [];
    for (let sent = 1; sent <= 6; sent++) {
      strict.push(haproxy.send('strict'));
      // Each moves up by one in 25 ms.
      await until(`${sent} have their places`, async () => (await queued()) - 16 + spilled() === sent);
    }
    expect({ line: (await queued()) - 16, spilled: spilled() }).toEqual({ line: 4, spilled: 2 });
    await finish([...relaxed, ...strict]);
  });

  test('a relaxed request reckons with the slots that strict ones leave', async () => {
    await apply(medium, [null, 100]);
    for (const machine of machines) machine.release();
    await Promise.all(Array.from({ length: 200 }, () => haproxy.send('strict')));
    for (const machine of machines) machine.isHolding = true;
    // Strict ones keep all slots busy: behind them nobody gets far in 100 ms.
    await finish(await offer(8, 'relaxed', async () => inside() === 4 && spilled() === 4));
  });

  test('strict requests never queue behind a line that relaxed ones may form', async () => {
    await apply(medium, [0, null]);
    const relaxed = await offer(10, 'relaxed', async () => inside() === 4 && (await queued()) === 6);
    const strict = await offer(5, 'strict', () => spilled() === 5);
    expect(await queued()).toBe(6);
    expect(lambda.answered.every(({ requestClass }) => requestClass === 'strict')).toBe(true);
    await finish([...relaxed, ...strict]);
  });

  test('of those who wait the strictest are served first', async () => {
    await apply(medium, [null, null]);
    const relaxed = await offer(6, 'relaxed', async () => inside() === 4 && (await queued()) === 2);
    const strict = await offer(2, 'strict', async () => (await queued()) === 4);
    await finish([...relaxed, ...strict]);
    const order = machines.flatMap(({ answered }) => answered.slice(2).map(({ requestClass }) => requestClass));
    expect(order.toSorted()).toEqual(['relaxed', 'relaxed', 'strict', 'strict']);
    // The first two of each class to be answered after the four in service, machine by machine.
    for (const { answered } of machines) {
      const classes = answered.slice(2).map(({ requestClass }) => requestClass);
      expect(classes).toEqual(classes.toSorted().toReversed());
    }
  });

  test('an unknown class is the last one, and the variant is told by the router alone', async () => {
    await apply(small, [0, 0]);
    await finish(await offer(1, 'urgent', () => inside() === 1));
    expect(machines.flatMap(({ answered }) => answered)).toEqual([{ requestClass: 'relaxed', variant: 'small' }]);
  });

  test('a variant without a function waits, whatever the wait', async () => {
    await apply(large, [0, 0]);
    const answers = await offer(9, 'strict', async () => inside() === 4 && (await queued()) === 5);
    await finish(answers);
    expect(spilled()).toBe(0);
  });

  test('a request that is too large for Lambda waits, whatever the wait', async () => {
    const answers = await offer(4, 'strict', () => inside() === 4);
    const large = [haproxy.send('strict', 'x'.repeat(1_000_001))];
    await until('the large one is in line', async () => (await queued()) === 1);
    await finish([...answers, ...large]);
    expect(spilled()).toBe(0);
  });

  test('without a server that is up everything goes to Lambda, even what should never', async () => {
    await apply(medium, [null, null], [[], []]);
    await offer(3, 'strict', () => spilled() === 3);
    await apply(medium, [0, 0]);
  });

  test('a server that is drained gets nothing new, and goes once it is empty', async () => {
    const answers = await offer(4, 'strict', () => inside() === 4);
    const onlyFirst = [['i-00'], []];
    expect(await apply(medium, [0, 0], onlyFirst)).toMatchObject({
      commands: ['set server pool.cpu-a/i-01 state drain'],
    });
    expect(await apply(medium, [0, 0], onlyFirst)).toBeNull();
    const more = await offer(3, 'strict', () => spilled() === 3);
    machines[1]!.release();
    await Promise.all(more);
    await until('its slots are free', async () => /pool.cpu-a,i-01,0,0,0,/.test(await haproxy.socket.ask('show stat')));
    await Promise.all(await offer(3, 'strict', () => spilled() === 6));
    await until('the drained server is empty', async () => (await apply(medium, [0, 0], onlyFirst)) !== null);
    expect(await haproxy.socket.ask('show servers state pool.cpu-a')).not.toContain('i-01');
    await finish(answers);
    expect(machines[1]!.answered).toHaveLength(2);
    await apply(medium, [0, 0]);
    for (const machine of machines) machine.isHolding = true;
    await finish(await offer(4, 'strict', () => inside() === 4));
  });

  test('an instance that does not answer its checks is told as down, and one that does as up', async () => {
    const nowhere = { ...target(), addressOf: async () => ({ host: '127.0.0.1', port: 1 }) };
    const mutation = await routerMutation(nowhere, wish(medium, [0, 0], [[...ids, 'i-0d'], []]));
    await sendCommands(haproxy.socket, mutation!, { abortSignal });
    const servers = async () => (await readCounts(haproxy.socket, profile)).pools[0]!.servers;
    await until('it is found down', async () => (await servers()).get('i-0d') === false);
    expect((await servers()).get('i-00')).toBe(true);
    await apply(medium, [0, 0]);
    await apply(medium, [0, 0]);
    expect((await servers()).has('i-0d')).toBe(false);
  });

  test('what it reports adds up to what was sent', async () => {
    let now = 0;
    const router = new HaproxyRouter({ profile, socket: haproxy.socket, monotonicMs: () => now });
    expect(await router.observe()).toBeNull();
    await apply(medium, [0, null]);
    const strict = await offer(10, 'strict', () => inside() === 4 && spilled() === 6);
    const relaxed = await offer(6, 'relaxed', async () => (await queued()) === 6);
    now += 2000;
    const during = (await router.observe())!;
    expect(during).toMatchObject({ seconds: 2, arrivals: [8], spilled: 6, queue: [0, 6] });
    await finish([...strict, ...relaxed]);
    now += 1000;
    const after = (await router.observe())!;
    const total = (field: 'requests' | 'inTime' | 'late' | 'lost') =>
      [during, after]
        .map(({ classes }) => classes.map((one) => one[field]))
        .reduce((a, b) => a.map((x, k) => x + b[k]!));
    expect(total('requests')).toEqual([10, 6]);
    expect(total('inTime').map((count, k) => count + total('late')[k]!)).toEqual([10, 6]);
    expect(total('lost')).toEqual([0, 0]);
    expect(during.answeredBy![medium]! + after.answeredBy![medium]!).toBe(16);
    expect([...during.latency!, ...after.latency!].reduce((sum, count) => sum + count)).toBe(16);
    expect(after.queue).toEqual([0, 0]);
    expect(after.busyShare[1]).toBeNull();
  });

  test('failed answers are lost, and so is whoever gives up in line', async () => {
    let now = 0;
    const router = new HaproxyRouter({ profile, socket: haproxy.socket, monotonicMs: () => now });
    await router.observe();
    await apply(medium, [0, null]);
    machines[0]!.status = machines[1]!.status = 500;
    const answers = await offer(4, 'strict', () => inside() === 4);
    const impatient = haproxy.sendAndLeave('relaxed');
    await until('it is in line', async () => (await queued()) === 1);
    impatient();
    await until('it has left the line', async () => (await queued()) === 0);
    expect(new Set(await finish(answers))).toEqual(new Set([500]));
    machines[0]!.status = machines[1]!.status = 200;
    now += 1000;
    expect((await router.observe())!.classes).toEqual([
      { requests: 4, inTime: 0, late: 0, lost: 4 },
      { requests: 1, inTime: 0, late: 0, lost: 1 },
    ]);
  });

  test('a mutation said twice is harmless, and one that HAProxy refuses is said to be refused', async () => {
    const address = addresses[0]!;
    const again = [`add server pool.cpu-a/i-00 ${address.host}:${address.port} maxconn 2`, 'del server pool.gpu/i-09'];
    await sendCommands(haproxy.socket, { commands: again }, { abortSignal });
    const bad = sendCommands(haproxy.socket, { commands: ['set server pool.none/i-00 state drain'] }, { abortSignal });
    await expect(bad).rejects.toThrow('No such backend.');
    await expect(haproxy.socket.ask('show info; show stat')).rejects.toThrow('no single command');
  });

  test('an HAProxy of another deployment is not touched', async () => {
    const other = { ...target(), deployment: { ...deployment, name: 'other' } };
    await expect(routerMutation(other, wish(medium, [0, 0]))).rejects.toThrow('no map other.settings.map');
  });
});

describe.skipIf(haproxyPath === null)(`with other profiles${whySkipped}`, () => {
  const [lambda, machine, gpu] = [new BackEnd(), new BackEnd(), new BackEnd()];
  const all = [lambda, machine, gpu];
  let addresses: Address[];
  beforeAll(async () => {
    addresses = await Promise.all(all.map((one) => one.listen()));
  });
  beforeEach(() => {
    for (const one of all) one.answered.length = 0;
  });
  afterEach(stopAll);
  afterAll(() => {
    for (const one of all) one.close();
  });
  const holding = async (of: BackEnd) => of.held.length;
  const servers = ['i-0f', 'i-01', 'i-02'];
  async function start(other: ServiceProfile, maxWaitMs: (number | null)[], instances: string[][] = [['i-01'], []]) {
    const haproxy = await Haproxy.start(other, deployment, [addresses[0]!, addresses[0]!, null]);
    const addressOf: AddressOf = async (id) => addresses[servers.indexOf(id)]!;
    const target = { profile: other, deployment, socket: haproxy.socket, addressOf };
    const action = { variant: medium, spillover: { maxWaitMs } };
    const mutation = await routerMutation(target, { action, instances });
    if (mutation?.kind === 'set-router') await sendCommands(haproxy.socket, mutation, { abortSignal });
    return haproxy;
  }

  test('free slots are taken in the order of the pools, and then the line with the shortest wait', async () => {
    const haproxy = await start(profile, [0, 105], [['i-01'], ['i-02']]);
    machine.isHolding = gpu.isHolding = true;
    const answers: Promise<number>[] = [];
    const send = async (of: () => Promise<number>, count: number) => {
      answers.push(haproxy.send('relaxed'));
      await until('it has found its place', async () => (await of()) === count);
    };
    await send(() => holding(machine), 1);
    await send(() => holding(machine), 2);
    await send(() => holding(gpu), 1);
    const line = async (pool: string) =>
      statisticsOf(await haproxy.socket.ask('show stat')).find((row) => row.proxy === pool && row.server === 'BACKEND')!
        .queued!;
    // One slot of 20 ms against two of 100 ms: 20, 40 and 50 ms, the last in the other line; 60, 80, 100; 100 there; then Lambda.
    const places = ['gpu', 'gpu', 'cpu-a', 'gpu', 'gpu', 'cpu-a', 'gpu'] as const;
    const counts = { gpu: 0, 'cpu-a': 0 };
    const sum = async () => (await line('pool.gpu')) + (await line('pool.cpu-a'));
    for (const [index, place] of places.entries()) {
      await send(sum, index + 1);
      counts[place]++;
      expect({ gpu: await line('pool.gpu'), 'cpu-a': await line('pool.cpu-a') }, `after ${index + 1}`).toEqual(counts);
    }
    expect(await haproxy.send('relaxed')).toBe(200);
    expect(lambda.answered).toHaveLength(1);
    machine.release();
    gpu.release();
    await Promise.all(answers);
  });

  test('a restart is noticed: its counts are not compared with those before', async () => {
    const first = await start(profile, [0, 0]);
    let socket = first.socket;
    let now = 0;
    const askAll = (commands: readonly string[]) => socket.askAll(commands);
    const router = new HaproxyRouter({ profile, socket: { askAll, close: () => {} }, monotonicMs: () => now++ * 1000 });
    await router.observe();
    await first.send('strict');
    expect((await router.observe())!.classes[0]!.requests).toBe(1);
    const second = await start(profile, [0, 0]);
    socket = second.socket;
    for (let sent = 0; sent < 5; sent++) await second.send('strict');
    expect(await router.observe()).toBeNull();
    await second.send('strict');
    expect((await router.observe())!.classes[0]!.requests).toBe(1);
  });

  test('beyond the queue limit those who may not go to Lambda are refused', async () => {
    const haproxy = await start({ ...profile, queueLimit: 1 }, [10_000, null]);
    machine.isHolding = true;
    const answers = ['relaxed', 'relaxed', 'relaxed'].map((name) => haproxy.send(name));
    await until('the line is full', async () => /pool.cpu-a,BACKEND,1,/.test(await haproxy.socket.ask('show stat')));
    expect(await haproxy.send('relaxed')).toBe(503);
    expect(await haproxy.send('strict')).toBe(200);
    expect(lambda.answered).toHaveLength(1);
    machine.release();
    expect(await Promise.all(answers)).toEqual([200, 200, 200]);
  });

  test('with the accuracy budget larger variants answer where slots are idle, and on their credit a smaller one before a request spills', async () => {
    const haproxy = await start({ ...profile, budgets: { accuracy: true, misses: false } }, [0, 0]);
    for (let sent = 0; sent < 3; sent++) await haproxy.send('relaxed');
    machine.isHolding = true;
    const answers = [haproxy.send('relaxed')];
    await until('one is in service', () => machine.held.length === 1);
    answers.push(haproxy.send('relaxed'));
    await until('two are in service', () => machine.held.length === 2);
    expect(await haproxy.send('relaxed')).toBe(200);
    machine.release();
    await Promise.all(answers);
    // Of two slots the first leaves another idle, the second none.
    expect(machine.answered.map(({ variant }) => variant)).toEqual(['large', 'large', 'large', 'large', 'small']);
    expect(lambda.answered.map(({ variant }) => variant)).toEqual(['medium']);
  });
});
