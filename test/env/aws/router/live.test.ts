import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Serving } from '../../../../env/aws/router/fleet-commands.ts';
import { HaproxyRouter } from '../../../../env/aws/router/haproxy-router.ts';
import { routerMutation } from '../../../../env/aws/router/router-mutation.ts';
import { sendCommands } from '../../../../env/aws/router/send-commands.ts';
import { statisticsOf } from '../../../../env/aws/router/statistics.ts';
import { deployment, profile } from './example.ts';
import { BackEnd, Haproxy, haproxyPath, until, whySkipped } from './haproxy.ts';

const abortSignal = new AbortController().signal;
const [small, medium] = [0, 1];

describe.skipIf(haproxyPath === null)(`a real HAProxy${whySkipped}`, () => {
  const machines = [new BackEnd(), new BackEnd()];
  const lambda = new BackEnd();
  let haproxy: Haproxy;
  let instances: (Serving[] | null)[];
  const target = () => ({ profile, deployment: { ...deployment, router: { socket: 'x' } }, socket: haproxy.socket });
  const wish = (variant: number, maxWaitMs: (number | null)[], servers = instances) => ({
    action: { variant, spillover: { maxWaitMs } },
    instances: servers,
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
    const addresses = await Promise.all(machines.map((one) => one.listen()));
    const function_ = await lambda.listen();
    instances = [addresses.map((address, index) => ({ id: `i-0${index}`, address })), []];
    haproxy = await Haproxy.start(profile, deployment, [function_, function_, null]);
  });
  beforeEach(async () => {
    await apply(medium, [0, 0]);
    for (const machine of machines) machine.isHolding = true;
    lambda.answered.length = 0;
    for (const machine of machines) machine.answered.length = 0;
  });
  afterAll(async () => {
    for (const one of [...machines, lambda]) one.close();
    await haproxy?.stop();
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

  test('a request takes a free slot, and where none is free Lambda, request by request', async () => {
    const answers = await offer(10, 'strict', () => inside() === 4 && spilled() === 6);
    expect(await queued()).toBe(0);
    expect(new Set(await finish(answers))).toEqual(new Set([200]));
    expect(machines.map(({ answered }) => answered.length)).toEqual([2, 2]);
  });
});
