import { setImmediate } from 'node:timers/promises';
import type { Tensor } from '@tensorflow/tfjs-core';
import { InputProblem } from '../../env/problem.ts';

/** There is no such device here; what was to run on it can run elsewhere. */
export class MissingDevice extends InputProblem {}

/** The device is gone, or has refused a computation: what is on it is worth nothing any more. */
export class LostDevice extends Error {}

let failure: string | null = null;

/** To be called by whoever hears of it; whatever reads from the device next fails. @param sentence what happened; null: another device is in use */
export function deviceFailed(sentence: string | null): void {
  failure = sentence;
}

/** @throws LostDevice, since WebGPU itself says nothing and would go on with wrong numbers */
export function checkDevice(): void {
  if (failure !== null) throw new LostDevice(failure);
}

/** What a tensor holds. @throws LostDevice */
export async function readTensor(tensor: Tensor): Promise<Float32Array> {
  try {
    const values = await tensor.data();
    checkDevice();
    return values as Float32Array;
  } catch (error) {
    await setImmediate(); // The reason is told a little later than the failure.
    checkDevice();
    throw error;
  }
}
