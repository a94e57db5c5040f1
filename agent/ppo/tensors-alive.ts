/** Tensors that TensorFlow.js holds in this process, by its engine, which it keeps under this global name; 0 where nobody has loaded it. */
export function tensorsAlive(): number {
  const { _tfengine: engine } = globalThis as { readonly _tfengine?: Engine };
  return engine?.memory().numTensors ?? 0;
}

interface Engine {
  memory(): { readonly numTensors: number };
}
