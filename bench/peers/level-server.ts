import { readSync, writeSync } from 'node:fs';
import type { LevelYardstick } from '../../agent/level-yardstick.ts';
import { levelRun } from './level-run.ts';

/**
 * Levels as worlds for a program at the other end of a pipe: node dist/bench/peers/level-server.js WORLDS SEED.
 * All numbers are little-endian; it says first [worlds, features] as uint32 and then what the worlds see. Then it is asked, a byte each time:
 * - 1 and an action per world (uint8): says rewards (float32) and truncations (uint8) per world, for each world that was cut what it would have
 *   seen next (float32), and what the worlds see now (float32);
 * - 2: says the number of rows of the exam (uint32) and what is seen in them (float32);
 * - 3 and an action per row of the exam (uint8): says what they cost over hindsight (float64);
 * - 4: says the seconds of processor time that went into this end (float64).
 */
const [worldCount, seed] = process.argv.slice(2).map(Number);
const { worlds, drawExam } = await levelRun(worldCount!, seed!);
const { count, observationSize } = worlds;
const seen = new Float32Array(count * observationSize);
const result = {
  rewards: new Float32Array(count),
  violations: new Float32Array(count),
  truncated: new Uint8Array(count),
  finalObservations: new Float32Array(count * observationSize),
};
let exam: LevelYardstick | null = null;

say(Uint32Array.of(count, observationSize));
observe();
for (let question = hear(1); question !== null; question = hear(1)) answer(question[0]!);

function answer(question: number): void {
  switch (question) {
    case 1:
      step(hear(count)!);
      break;
    case 2:
      exam = drawExam();
      say(Uint32Array.of(exam.rows));
      say(exam.observations);
      break;
    case 3:
      say(Float64Array.of(exam!.scoreOf(Float32Array.from(hear(exam!.rows)!))));
      break;
    default:
      say(Float64Array.of(Object.values(process.cpuUsage()).reduce((sum, micros) => sum + micros / 1e6, 0)));
  }
}

function step(actions: Uint8Array): void {
  worlds.step(Int32Array.from(actions), result);
  say(result.rewards);
  say(result.truncated);
  for (let world = 0; world < count; world++) {
    if (result.truncated[world] === 0) continue;
    say(result.finalObservations.subarray(world * observationSize, (world + 1) * observationSize));
  }
  observe();
}

function observe(): void {
  worlds.observe(seen);
  say(seen);
}

function say(numbers: Uint8Array | Uint32Array | Float32Array | Float64Array): void {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  for (let from = 0; from < bytes.length; ) from += writeSync(1, bytes, from);
}

/** Null: the other end has closed the pipe. */
function hear(length: number): Uint8Array | null {
  const bytes = new Uint8Array(length);
  for (let from = 0; from < length; ) {
    const read = readSync(0, bytes, from, length - from, null);
    if (read === 0) return null;
    from += read;
  }
  return bytes;
}
