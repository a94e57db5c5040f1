import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

/** Threads start from what the build has made. */
const built = new URL('../../dist/controller/live/watchdog.js', import.meta.url).href;

/** What a process says and how it ends that runs this after it has opened a watchdog of 200 ms. */
async function process(body: string): Promise<{ readonly said: string; readonly ended: readonly unknown[] }> {
  const code = `const { openWatchdog } = await import('${built}'); const watchdog = await openWatchdog(200); ${body}`;
  const child = spawn(globalThis.process.execPath, ['--input-type=module', '-e', code]);
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const ended = await once(child, 'exit');
  return { said, ended };
}

test('a process whose loop is blocked ends with a clear last line, and so can be started again', async () => {
  const { said, ended } = await process('watchdog.beaten(); for (;;) {}');
  expect(said).toMatch(/fatal: the loop has not beaten for 0.2 s: the process ends itself, to be started again.\n$/);
  expect(ended).toEqual([null, 'SIGKILL']);
});

test('a loop that beats is left alone, and the watchdog does not keep the process', async () => {
  const beats = 'const timer = setInterval(() => watchdog.beaten(), 20); setTimeout(() => clearInterval(timer), 600);';
  expect(await process(`${beats} setTimeout(() => watchdog.close(), 600);`)).toMatchObject({ ended: [0, null] });
});
