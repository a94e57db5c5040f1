import { createHash, type Hash } from 'node:crypto';
import { levelRun } from './level-run.ts';

/** Digest of all that some steps of made-up actions show: what `replay` in levels.py finds at the other end of the pipe. */
export async function replayLevels(worldCount: number, seed: number, steps: number): Promise<string> {
  const { worlds } = await levelRun(worldCount, seed);
  const { count, observationSize } = worlds;
  const seen = new Float32Array(count * observationSize);
  const rewards = new Float32Array(count);
  const truncated = new Uint8Array(count);
  const finalObservations = new Float32Array(seen.length);
  const result = { rewards, violations: new Float32Array(count), truncated, finalObservations };
  const hash = createHash('sha256');
  const look = () => {
    worlds.observe(seen);
    take(hash, seen);
  };
  look();
  for (let step = 0; step < steps; step++) {
    const actions = Int32Array.from(
      { length: count },
      (_, world) => Math.floor((world * 7 + step * (step + 3)) / 5) % 2,
    );
    worlds.step(actions, result);
    take(hash, rewards);
    take(hash, truncated);
    for (let world = 0; world < count; world++) {
      if (truncated[world] === 0) continue;
      take(hash, finalObservations.subarray(world * observationSize, (world + 1) * observationSize));
    }
    look();
  }
  return hash.digest('hex');
}

function take(hash: Hash, numbers: Uint8Array | Float32Array): void {
  hash.update(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
}
