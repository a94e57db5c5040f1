import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { openSimulator } from '../../../env/sim/open.ts';
import type { Workload } from '../../../env/types.ts';
import { action, prices, service } from './small-service.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const hour: Workload = {
  name: 'hours',
  stepSeconds: 3600,
  requests: new Float64Array(21).fill(4000),
  counted: false,
};

/** Bytes that a running simulator holds more after 21 hours than after 3. */
async function growth(fidelity: 'request-level' | 'fluid'): Promise<number> {
  const simulator = openSimulator({ fidelity, profile: service, prices, workload: hour, seed: 1 });
  const run = async (hours: number) => {
    for (let step = 0; step < hours * 60; step++) {
      await simulator.observe();
      await simulator.step(action(2, 100));
    }
    return heapBytes();
  };
  const afterThree = await run(3);
  return (await run(18)) - afterThree;
}

test.each(['request-level', 'fluid'] as const)(
  'a trace of seven times the length takes no more memory: %s',
  async (fidelity) => {
    await growth(fidelity); // what is compiled and cached stays
    // Compiled code comes and goes, what is kept stays: keeping no more than the histogram of each interval would take 6.6 MB every time.
    expect(Math.min(await growth(fidelity), await growth(fidelity))).toBeLessThan(3_000_000);
  },
  20_000,
);
