import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { Calls } from '../../../env/aws/calls/call.ts';
import { DynamoLease } from '../../../env/aws/dynamo-lease.ts';
import { dynamoService } from '../../../env/twin/dynamo/service.ts';
import type { Service } from '../../../env/twin/operation.ts';
import { clientsOf, openExample } from '../twin/open.ts';
import { type Around, lostAnswer, refusal, sentTo } from './sent-to.ts';

const seconds = 180;
let table: Service;
let nowMs: number;

beforeEach(() => {
  table = dynamoService([{ name: 'leases', key: 'service' }]);
  nowMs = 0;
});

/** `monotonicMs`: each host has a zero of its own. */
function keeper(holder: string, around?: Around, monotonicMs = () => nowMs): DynamoLease {
  return new DynamoLease({
    client: sentTo<never>(table, around),
    calls: new Calls(1000),
    table: 'leases',
    service: 'classifier',
    holder,
    seconds,
    monotonicMs,
  });
}

function later(bySeconds: number): void {
  nowMs += bySeconds * 1000;
}

test('the first to ask holds it, and the other one stands by and says who holds it', async () => {
  const [a, b] = [keeper('a'), keeper('b')];
  expect(await a.renew()).toEqual({ isHeld: true, token: 1 });
  expect(await b.renew()).toMatchObject({ isHeld: false, holder: 'a', said: 'a holds the lease: standing by.' });
  expect([await a.check(), await b.check()]).toEqual([true, false]);
});

test('it is kept as long as it is renewed', async () => {
  const [a, b] = [keeper('a'), keeper('b')];
  for (let minute = 0; minute < 30; minute++) {
    expect((await a.renew()).isHeld).toBe(true);
    expect((await b.renew()).isHeld).toBe(false);
    later(60);
  }
});

test('who holds it prolongs it in one call, and asks only where somebody else was there', async () => {
  const sent: string[] = [];
  const a = keeper('a', async (operation, perform) => {
    sent.push(operation);
    return perform();
  });
  const b = keeper('b');
  await a.renew();
  expect(sent.splice(0)).toEqual(['GetItem', 'UpdateItem']);
  await a.renew();
  expect(sent.splice(0)).toEqual(['UpdateItem']);
  await b.renew();
  later(seconds);
  await b.renew();
  expect(await a.renew()).toMatchObject({ isHeld: false, holder: 'b' });
  expect(sent).toEqual(['UpdateItem', 'GetItem', 'GetItem']);
});

test('where its holder is silent the next one takes it after its whole length, with a higher token', async () => {
  const [a, b] = [keeper('a'), keeper('b')];
  await a.renew();
  await b.renew();
  later(seconds - 1);
  expect((await b.renew()).isHeld).toBe(false);
  expect(await a.check()).toBe(true);
  later(1);
  expect(await a.check()).toBe(false);
  expect(await b.renew()).toEqual({ isHeld: true, token: 2 });
  expect(await a.renew()).toMatchObject({ isHeld: false, holder: 'b' });
});

test('a holder that slept through its end does not write, even before it learns of the next one', async () => {
  const [a, b] = [keeper('a'), keeper('b')];
  await a.renew();
  await b.renew();
  later(seconds);
  await b.renew();
  expect(await a.check()).toBe(false);
});

test('it is free at once where it was given back', async () => {
  const [a, b] = [keeper('a'), keeper('b')];
  await a.renew();
  await b.renew();
  await a.release();
  expect(await a.check()).toBe(false);
  expect(await b.renew()).toEqual({ isHeld: true, token: 2 });
});

test('who has lost it takes nothing away by giving it back', async () => {
  const [a, b] = [keeper('a'), keeper('b')];
  await a.renew();
  await b.renew();
  later(seconds);
  await b.renew();
  await a.release();
  expect(await b.check()).toBe(true);
});

test('clocks of hosts that differ by years make no difference', async () => {
  const [a, b] = [keeper('a'), keeper('b', undefined, () => nowMs + 1e11)];
  await a.renew();
  expect((await b.renew()).isHeld).toBe(false);
  expect(await a.check()).toBe(true);
});

describe('answers that do not come', () => {
  test('a taking whose answer is lost is held, since it is read back', async () => {
    const a = keeper('a', async (operation, perform) => {
      const answer = perform();
      if (operation === 'UpdateItem') throw lostAnswer();
      return answer;
    });
    expect(await a.renew()).toEqual({ isHeld: true, token: 1 });
  });

  test('who cannot ask does not hold', async () => {
    const a = keeper('a', async () => {
      throw refusal('AccessDeniedException', 400);
    });
    expect(await a.renew()).toMatchObject({ isHeld: false, holder: null });
    expect(await a.check()).toBe(false);
    await a.release();
  });

  test('an item that says nothing of a token is not taken', async () => {
    table.PutItem!({ TableName: 'leases', Item: { service: { S: 'classifier' }, holder: { S: 'x' } } });
    expect(await keeper('a').renew()).toMatchObject({ isHeld: false, said: expect.stringContaining('garbled') });
  });
});

test("with the SDK's own client, over the wire", async () => {
  const twin = await openExample('weighted-classifier');
  const clients = clientsOf(twin);
  const [a, b] = ['a', 'b'].map(
    (holder) =>
      new DynamoLease({
        ...{ client: clients.dynamo, calls: new Calls(5000), table: twin.deployment.lease.table!, holder, seconds },
        service: 'classifier',
        monotonicMs: () => nowMs,
      }),
  );
  expect(await a!.renew()).toEqual({ isHeld: true, token: 1 });
  expect(await b!.renew()).toMatchObject({ isHeld: false, holder: 'a' });
  expect(await a!.renew()).toEqual({ isHeld: true, token: 1 });
  await a!.release();
  expect(await b!.renew()).toEqual({ isHeld: true, token: 2 });
  expect([await a!.check(), await b!.check()]).toEqual([false, true]);
  clients.close();
  await twin.close();
});

type Event = readonly ['renew' | 'check' | 'release', 0 | 1] | readonly ['wait', number];
type Fate = 'fine' | 'refused' | 'lost' | 'late';

test('whatever the order, the faults and the pauses, never two may write, and tokens only grow', async () => {
  const event: fc.Arbitrary<Event> = fc.oneof(
    fc.tuple(fc.constantFrom('renew', 'renew', 'check', 'release'), fc.constantFrom(0, 1)) as fc.Arbitrary<Event>,
    fc.tuple(fc.constant('wait'), fc.integer({ min: 1, max: 200 })) as fc.Arbitrary<Event>,
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: 10, maxLength: 60 }),
      fc.array(fc.constantFrom<Fate>('fine', 'fine', 'fine', 'refused', 'lost', 'late'), { maxLength: 60 }),
      async (events, fates) => {
        table = dynamoService([{ name: 'leases', key: 'service' }]);
        nowMs = 0;
        let calls = 0;
        const late: (() => unknown)[] = [];
        const around: Around = async (operation, perform) => {
          const fate = fates[calls++] ?? 'fine';
          if (fate === 'fine') return perform();
          if (fate === 'refused') throw refusal('ThrottlingException', 400);
          if (fate === 'lost') perform();
          // Sent, and carried out when nobody waits for it any more.
          else if (operation === 'UpdateItem') late.push(perform);
          throw lostAnswer();
        };
        const keepers = [keeper('a', around), keeper('b', around, () => nowMs + 12_345)];
        let newest = 0;
        for (const [what, which] of events) {
          if (what === 'wait') {
            later(which);
            for (const perform of late.splice(0))
              await Promise.resolve()
                .then(perform)
                .catch(() => {});
            continue;
          }
          const standing = await keepers[which]![what]();
          if (typeof standing === 'object' && standing.isHeld) {
            expect(standing.token).toBeGreaterThanOrEqual(newest);
            newest = standing.token;
          }
          expect((await keepers[0]!.check()) && (await keepers[1]!.check())).toBe(false);
        }
      },
    ),
    { numRuns: 300 },
  );
});
