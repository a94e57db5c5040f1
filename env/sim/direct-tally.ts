import { histogramBin } from '../histogram.ts';
import type { Ledger } from './ledger.ts';

/**
 * Requests of one pool that were served at once, counted by class and by the entry of the service table that was drawn. Their latency
 * is their service time, so the account of an interval follows from the counts: a request costs one addition.
 */
export class DirectTally {
  /** [class * table + entry] */
  readonly counts: Int32Array;
  readonly #unitService: Float64Array;
  readonly #deadlineSeconds: readonly number[];

  constructor(unitService: Float64Array, deadlineSeconds: readonly number[]) {
    this.counts = new Int32Array(deadlineSeconds.length * unitService.length);
    this.#unitService = unitService;
    this.#deadlineSeconds = deadlineSeconds;
  }

  /** Books what was counted since the last call, and returns the service time begun. */
  settle(ledger: Ledger, serviceSeconds: number, accuracy: number): number {
    let worked = 0;
    for (let k = 0; k < this.#deadlineSeconds.length; k++) {
      worked += this.#settleClass(k, ledger, serviceSeconds, accuracy);
    }
    return worked;
  }

  #settleClass(k: number, ledger: Ledger, serviceSeconds: number, accuracy: number): number {
    const units = this.#unitService;
    const counts = this.counts.subarray(k * units.length, (k + 1) * units.length);
    const deadline = this.#deadlineSeconds[k]!;
    const { latency } = ledger;
    let worked = 0;
    let inTime = 0;
    let late = 0;
    for (let entry = 0; entry < counts.length; entry++) {
      const count = counts[entry]!;
      if (count === 0) continue;
      const seconds = serviceSeconds * units[entry]!;
      worked += count * seconds;
      latency[histogramBin(seconds * 1000)]! += count;
      if (seconds <= deadline) inTime += count;
      else late += count;
    }
    counts.fill(0);
    ledger.requests[k]! += inTime + late;
    ledger.inTime[k]! += inTime;
    ledger.late[k]! += late;
    ledger.accuracySum += (inTime + late) * accuracy;
    return worked;
  }
}
