import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { InputProblem } from '../../env/problem.ts';
import { deviceFailed, MissingDevice } from './device.ts';
import { loadOptional } from './optional-package.ts';
import { registerWebGpu } from './webgpu.ts';

export const backendChoices = ['auto', 'tensorflow-gpu', 'webgpu', 'tensorflow', 'wasm', 'cpu'] as const;
export type BackendChoice = (typeof backendChoices)[number];
export type Backend = Exclude<BackendChoice, 'auto'>;

/** What `auto` tries, best first; the last is always there. */
const preference: readonly Backend[] = ['tensorflow-gpu', 'webgpu', 'tensorflow', 'wasm', 'cpu'];

const require = createRequire(import.meta.url);

/**
 * Makes TensorFlow.js compute on a backend. Only `wasm` and `cpu` come with the package; the others are packages that
 * a user installs beside it.
 *
 * @param tell is given a sentence where a device is missing and wasm stands in for it; under `auto`, one for every better backend that cannot be used
 * @returns the backend's name
 * @throws InputProblem with the remedy, where the package of a backend asked for by name cannot be used
 */
export async function selectBackend(
  choice: BackendChoice,
  tell: (sentence: string) => void = () => {},
): Promise<Backend> {
  tf.enableProdMode();
  if (choice !== 'auto') return useOrWasm(choice, tell);
  for (const backend of preference) {
    try {
      return await use(backend, false);
    } catch (error) {
      if (!(error instanceof InputProblem)) throw error;
      tell(error.message);
    }
  }
  throw new InputProblem('No TensorFlow.js backend starts here: reinstall the package with `npm ci`.');
}

async function useOrWasm(backend: Backend, tell: (sentence: string) => void): Promise<Backend> {
  try {
    return await use(backend, true);
  } catch (error) {
    if (!(error instanceof MissingDevice)) throw error;
    tell(`${error.message} Going on with wasm.`);
    return use('wasm', true);
  }
}

async function use(backend: Backend, named: boolean): Promise<Backend> {
  const name = await register(backend, named);
  deviceFailed(null);
  if (!(await tf.setBackend(name))) {
    throw new InputProblem(`Backend ${backend} did not start: choose another, such as --backend wasm.`);
  }
  return backend;
}

/** The backend that computes now; `tensorflow-gpu` is told as `tensorflow`. */
export function selectedBackend(): Backend {
  return backendChoices.find((one): one is Backend => one === tf.getBackend())!;
}

/** Whether what computes is a thread of the processor, of which another thread can have its own. */
export function computesInThread(): boolean {
  return ['wasm', 'cpu'].includes(tf.getBackend());
}

/** Returns the name under which TensorFlow.js knows the backend. */
async function register(backend: Backend, named: boolean): Promise<string> {
  switch (backend) {
    case 'cpu':
      await import('@tensorflow/tfjs-backend-cpu');
      return 'cpu';
    case 'wasm':
      return registerWasm();
    case 'webgpu':
      return registerWebGpu(named);
    case 'tensorflow':
      return registerTensorflow(backend, '@tensorflow/tfjs-node');
    case 'tensorflow-gpu':
      return registerTensorflow(backend, '@tensorflow/tfjs-node-gpu');
  }
}

async function registerWasm(): Promise<string> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  if (tf.engine().registry.wasm !== undefined) return 'wasm';
  setWasmPaths(join(require.resolve('@tensorflow/tfjs-backend-wasm'), '..', '..', 'wasm-out', '/'));
  await keepingHandlers(() => tf.setBackend('wasm'));
  return 'wasm';
}

/** The wasm module's start-up code makes the process rethrow whatever is uncaught: that is not its business. */
async function keepingHandlers(start: () => Promise<unknown>): Promise<void> {
  const before = new Set([...process.listeners('uncaughtException'), ...process.listeners('unhandledRejection')]);
  await start();
  for (const listener of process.listeners('uncaughtException')) {
    if (!before.has(listener)) process.removeListener('uncaughtException', listener);
  }
  for (const listener of process.listeners('unhandledRejection')) {
    if (!before.has(listener)) process.removeListener('unhandledRejection', listener);
  }
}

async function registerTensorflow(backend: Backend, name: string): Promise<string> {
  await loadOptional(backend, name, `npm install --no-save --save-dev ${name}@4.22.0`);
  const native: unknown = tf.findBackend('tensorflow');
  const gpu = typeof native === 'object' && native !== null && 'isUsingGpuDevice' in native && native.isUsingGpuDevice;
  // tfjs-node-gpu computes on the processor, in silence, where it finds no GPU.
  if (backend === 'tensorflow-gpu' && gpu !== true) {
    throw new MissingDevice(
      'Backend tensorflow-gpu found no GPU that it can use, with CUDA 11.2 and cuDNN 8: use --backend webgpu or wasm.',
    );
  }
  return 'tensorflow';
}
