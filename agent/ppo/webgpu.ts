import * as tf from '@tensorflow/tfjs-core';
import { InputProblem } from '../../env/problem.ts';
import { deviceFailed, MissingDevice } from './device.ts';
import { loadOptional } from './optional-package.ts';

/** What is used of WebGPU (https://www.w3.org/TR/webgpu/), whose types are no dependency of ours. */
interface Gpu {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<Adapter | null>;
}

interface Adapter {
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    readonly device: string;
    readonly description: string;
  };
  readonly limits: Readonly<Record<string, number>>;
  requestDevice(options: { requiredLimits: Record<string, number> }): Promise<Device>;
}

interface Device {
  readonly lost: Promise<{ readonly message: string }>;
  addEventListener(
    type: 'uncapturederror',
    listener: (event: { readonly error: { readonly message: string } }) => void,
  ): void;
}

interface Dawn {
  readonly globals: Readonly<Record<string, unknown>>;
  create(flags: readonly string[]): Gpu;
}

interface Backend {
  readonly WebGPUBackend: new (device: Device, info: Adapter['info']) => tf.KernelBackend;
}

/** With less, TensorFlow.js gives wrong numbers in silence (too few storage buffers) or refuses large tensors. */
const limits = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxBufferSize',
];

const remedy = 'npm install --no-save --save-dev webgpu@0.6.2 @tensorflow/tfjs-backend-webgpu@4.22.0';

/** Dawn frees its instance with the object, which TensorFlow.js does not hold. */
const kept: Gpu[] = [];
/** Null: none is open, or it failed. */
let open: Device | null = null;

/** Starts WebGPU through Dawn and registers it. @param software whether a driver without a GPU will do */
export async function registerWebGpu(software: boolean): Promise<string> {
  if (open !== null) return 'webgpu';
  const dawn = (await loadOptional('webgpu', 'webgpu', remedy)) as Dawn;
  const gpu = provide(dawn);
  const { WebGPUBackend } = (await loadOptional('webgpu', '@tensorflow/tfjs-backend-webgpu', remedy)) as Backend;
  await import('@tensorflow/tfjs-backend-cpu'); // takes the smallest tensors
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    throw new MissingDevice('Backend webgpu found no GPU with a Vulkan driver: install one, or use --backend wasm.');
  }
  const name = Object.values(adapter.info).join(' ');
  if (!software && /llvmpipe|swiftshader|software/i.test(name)) {
    throw new InputProblem(`Backend webgpu found only a software GPU (${adapter.info.device}), slower than wasm.`);
  }
  const device = await openDevice(adapter);
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info));
  open = device;
  kept.push(gpu);
  return 'webgpu';
}

/** Puts WebGPU where a browser has it, and where TensorFlow.js looks for it. */
function provide({ globals, create }: Dawn): Gpu {
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const gpu = create([]);
  const global = globalThis as { navigator?: object };
  if (global.navigator === undefined) {
    Object.defineProperty(global, 'navigator', { value: {}, configurable: true, writable: true });
  }
  Object.defineProperty(global.navigator, 'gpu', { value: gpu, configurable: true });
  return gpu;
}

async function openDevice(adapter: Adapter): Promise<Device> {
  const requiredLimits = Object.fromEntries(limits.map((name) => [name, adapter.limits[name]!]));
  const device = await adapter.requestDevice({ requiredLimits });
  device.addEventListener('uncapturederror', ({ error }) => {
    fail(device, `The GPU refused a computation: ${error.message}`);
  });
  void device.lost.then(({ message }) => fail(device, `The GPU was lost: ${message}`));
  return device;
}

function fail(device: Device, sentence: string): void {
  if (device !== open) return; // It has been replaced.
  open = null;
  deviceFailed(sentence);
}
