import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { openRehearsal } from '../../controller/live/rehearsal.ts';
import { FakeClock } from './fakes.ts';

const begin = Date.UTC(2026, 5, 1);

/** Answers as a twin's control does. */
async function twinOf(speed: number | null) {
  let now = begin;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      if (request.method === 'POST') now += 1000 * (JSON.parse(body) as { seconds: number }).seconds;
      response.end(JSON.stringify({ now, speed }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, close: () => server.close() };
}

describe("a rehearsal's clock", () => {
  test('stands still with a stepped twin, and goes on when it is advanced', async () => {
    const { address, close } = await twinOf(null);
    const machine = new FakeClock();
    const { clock, advance } = await openRehearsal(address, machine);
    machine.pass(100);
    expect(clock.now().getTime()).toBe(begin);
    await advance!(60);
    expect(clock.now().getTime()).toBe(begin + 60_000);
    expect(clock.monotonicMs()).toBe(machine.monotonicMs());
    close();
  });

  test("runs at the twin's speed", async () => {
    const { address, close } = await twinOf(30);
    const machine = new FakeClock();
    const { clock, advance } = await openRehearsal(address, machine);
    expect(advance).toBeNull();
    machine.pass(2);
    expect(clock.now().getTime()).toBe(begin + 60_000);
    close();
  });

  test('needs a twin that answers', async () => {
    const { address, close } = await twinOf(null);
    close();
    await expect(openRehearsal(address, new FakeClock())).rejects.toThrow(/it does not answer; start a twin there/);
  });
});
