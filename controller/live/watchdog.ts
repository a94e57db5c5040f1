import { Worker } from 'node:worker_threads';

/** Watches that the loop beats, from a thread of its own: a blocked event loop cannot say so itself. */
export interface Watchdog {
  /** At each beat of the loop. */
  beaten(): void;
  close(): Promise<void>;
}

export interface WatchdogData {
  /** One 32-bit counter of beats. */
  readonly beats: SharedArrayBuffer;
  readonly patienceMs: number;
}

/**
 * Ends the process with SIGKILL and a clear last line on stderr when the loop has not beaten for its patience; whoever supervises the
 * process starts it again, and the journal tells the rest.
 */
export async function openWatchdog(patienceMs: number): Promise<Watchdog> {
  const beats = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const counter = new Int32Array(beats);
  const workerData: WatchdogData = { beats, patienceMs };
  const worker = new Worker(new URL('./watchdog-worker.js', import.meta.url), { workerData, execArgv: [] });
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
  });
  worker.unref();
  return {
    beaten: () => void Atomics.add(counter, 0, 1),
    close: async () => void (await worker.terminate()),
  };
}
