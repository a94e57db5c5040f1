import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { replayLevels } from '../../bench/peers/replay.ts';

const [count, seed, steps] = [24, 3, 60];

/** Plays what replay.ts plays at the other end of the pipe, as levels.py does. */
async function replayOverPipe(): Promise<string> {
  const server = spawn(process.execPath, ['dist/bench/peers/level-server.js', String(count), String(seed)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let heard = Buffer.alloc(0);
  const hear = async (length: number): Promise<Buffer> => {
    while (heard.length < length) heard = Buffer.concat([heard, (await once(server.stdout, 'data'))[0] as Buffer]);
    const wanted = heard.subarray(0, length);
    heard = heard.subarray(length);
    return wanted;
  };
  const features = (await hear(8)).readUInt32LE(4);
  const hash = createHash('sha256').update(await hear(4 * count * features));
  for (let step = 0; step < steps; step++) {
    const actions = Array.from({ length: count }, (_, world) => Math.floor((world * 7 + step * (step + 3)) / 5) % 2);
    server.stdin.write(Buffer.from([1, ...actions]));
    const rewards = await hear(4 * count);
    const truncated = await hear(count);
    const cut = truncated.filter((one) => one === 1).length;
    const rest = await hear(4 * features * (cut + count));
    for (const part of [rewards, truncated, rest]) hash.update(part);
  }
  server.stdin.end();
  expect((await once(server, 'exit'))[0]).toBe(0);
  return hash.digest('hex');
}

test('levels over a pipe show and pay, to the bit, what they do in this process, and end with the pipe', async () => {
  expect(await replayOverPipe()).toBe(await replayLevels(count, seed, steps));
});
