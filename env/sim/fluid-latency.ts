import { histogramBin } from '../histogram.ts';
import { unitLognormalTable } from '../physics/lognormal.ts';
import type { Ledger } from './ledger.ts';

const servicePoints = 16;
/** The 1/6, 1/2 and 5/6 quantiles of an exponential with mean 1. */
const exponentialPoints = [0.1823, Math.LN2, 1.7918];

/** Writes the latencies of a fluid's answers into the histogram, by a few equally likely values of wait and service. */
export class FluidLatency {
  /** Answers after a wait written since this was last set to 0. */
  waited = 0;
  readonly #ledger: Ledger;
  readonly #unitService: Float64Array;

  constructor(ledger: Ledger, serviceCv: number) {
    this.#ledger = ledger;
    this.#unitService = unitLognormalTable(serviceCv, servicePoints);
  }

  record(requests: number, waitSeconds: number, serviceSeconds: number): void {
    if (requests <= 0) return;
    const { latency } = this.#ledger;
    const each = requests / servicePoints;
    for (const unit of this.#unitService) latency[histogramBin(1000 * (waitSeconds + serviceSeconds * unit))]! += each;
  }

  recordWait(requests: number, waitSeconds: number, serviceSeconds: number): void {
    this.waited += requests;
    this.record(requests, waitSeconds, serviceSeconds);
  }

  recordExponentialWait(requests: number, meanWaitSeconds: number, serviceSeconds: number): void {
    for (const point of exponentialPoints) {
      this.recordWait(requests / exponentialPoints.length, meanWaitSeconds * point, serviceSeconds);
    }
  }
}
