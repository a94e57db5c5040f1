import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deviceFailed } from '../../agent/ppo/device.ts';
import { readAgent } from '../../agent/saved-agent.ts';
import { runTraining } from '../../cli/train-run.ts';
import type { TrainSurroundings } from '../../cli/train-surroundings.ts';
import { smallTraining } from '../agent/small-training.ts';

test('training whose GPU is lost says so and goes on from its newest segment with wasm, to the end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-lost-'));
  const said: string[] = [];
  const stream = { isTTY: false, write: (text: string) => said.push(text) > 0 };
  let asked = 0;
  const surroundings = {
    output: stream,
    messages: stream,
    version: 'test',
    // The clock is read at every progress: somewhere in the middle the device goes.
    nowMs: () => {
      if (++asked === 12) deviceFailed('The GPU was lost: it was pulled out.');
      return 1000 * asked;
    },
  } as unknown as TrainSurroundings;
  const options = { ...smallTraining, serviceSteps: 0 };
  const plan = { options, fingerprint: 'the same' } as unknown as Parameters<typeof runTraining>[0]['plan'];
  const out = join(folder, 'run');
  await runTraining({ plan, folder: out, resume: false, backend: 'cpu', quiet: true }, surroundings);
  expect(said.filter((one) => one.startsWith('The GPU was lost'))).toEqual([
    'The GPU was lost: it was pulled out. Training goes on from its newest segment with wasm.\n',
  ]);
  expect((await readAgent(join(out, 'checkpoint'), options.profile)).facts.backend).toBe('wasm');
  await rm(folder, { recursive: true });
});
