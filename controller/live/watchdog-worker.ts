import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { WatchdogData } from './watchdog.ts';

const { beats, patienceMs } = workerData as WatchdogData;
const counter = new Int32Array(beats);
const looks = 10;
let seen = Atomics.load(counter, 0);
let idleLooks = 0;

// Looks are counted, not time: of a machine that slept, or a process that was stopped, the loop gets its patience again afterwards.
setInterval(() => {
  const now = Atomics.load(counter, 0);
  idleLooks = now === seen ? idleLooks + 1 : 0;
  seen = now;
  if (idleLooks < looks) return;
  writeSync(
    2,
    `fatal: the loop has not beaten for ${patienceMs / 1000} s: the process ends itself, to be started again.\n`,
  );
  process.kill(process.pid, 'SIGKILL');
}, patienceMs / looks);

parentPort!.postMessage('watching');
