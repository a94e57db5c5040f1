import { batchFactor, gathers } from '../physics/batch.ts';
import type { DeadlineShares } from '../physics/deadline-shares.ts';
import type { LambdaTier } from '../physics/service.ts';
import type { LambdaBatch } from '../types.ts';

const waitPoints = 6;
/** Standard deviations by which requests within the window must exceed a batch to fill it surely. */
const surely = 8;

/**
 * The batches of requests for Lambda, as a fluid: at r requests per second a batch of at most b, whose first waits for τ at most, holds
 * 1 + min(b - 1, N) requests with N Poisson of mean rτ.
 */
export class FluidBatch {
  isOn = false;
  /** Of the last second: mean requests of a batch, and its service time over that of one request. */
  meanSize = 1;
  factor = 1;
  readonly #batchMarginal: number;
  #size = 1;
  #timeoutSeconds = 0;
  /** Of the interval: requests, and that times their rate. */
  #requests = 0;
  #rates = 0;

  constructor(batchMarginal: number) {
    this.#batchMarginal = batchMarginal;
  }

  use(batch: LambdaBatch | undefined): void {
    this.isOn = gathers(batch);
    this.meanSize = this.factor = 1;
    this.#requests = this.#rates = 0;
    if (!batch) return;
    this.#size = batch.size;
    this.#timeoutSeconds = batch.timeoutMs / 1000;
  }

  /** A second that brings so many. */
  gather(requests: number): void {
    this.#requests += requests;
    this.#rates += requests * requests;
    this.meanSize = 1 + this.#followers(requests).mean;
    this.factor = batchFactor(this.#batchMarginal, this.meanSize);
  }

  /** Of the requests that join the first within its window, as many as fit: their mean, and the chance that they fill the batch. */
  #followers(rate: number): { mean: number; full: number } {
    const most = this.#size - 1;
    const expected = rate * this.#timeoutSeconds;
    if (expected > most + surely * Math.sqrt(most + 1)) return { mean: most, full: 1 };
    let probability = Math.exp(-expected);
    let mean = 0;
    let full = 1;
    for (let count = 0; count < most; count++) {
      mean += count * probability;
      full -= probability;
      probability *= expected / (count + 1);
    }
    return { mean: mean + most * Math.max(0, full), full: Math.max(0, full) };
  }

  /**
   * Share in time over the interval, at its mean rate; `delaySeconds`: a cold start. A first request waits for the whole window where the
   * batch does not fill, the others for an even share of the time until it is sent.
   */
  shareInTime(deadlines: DeadlineShares, k: number, delaySeconds: number, { serviceSeconds }: LambdaTier): number {
    const rate = this.#requests > 0 ? this.#rates / this.#requests : 0;
    const { mean, full } = this.#followers(rate);
    const seconds = serviceSeconds * batchFactor(this.#batchMarginal, 1 + mean);
    const longest = rate > 0 ? Math.min(this.#timeoutSeconds, mean / rate) : this.#timeoutSeconds;
    const window = full * longest + (1 - full) * this.#timeoutSeconds;
    const first = (1 - full) / (1 + mean);
    let others = 0;
    for (let point = 0.5; point < waitPoints; point++) {
      others += deadlines.share(k, delaySeconds + (point / waitPoints) * window, seconds) / waitPoints;
    }
    return first * deadlines.share(k, delaySeconds + this.#timeoutSeconds, seconds) + (1 - first) * others;
  }

  /** Mean wait over the interval. */
  meanWaitSeconds(): number {
    const rate = this.#requests > 0 ? this.#rates / this.#requests : 0;
    const { mean, full } = this.#followers(rate);
    const window =
      full * Math.min(this.#timeoutSeconds, mean / Math.max(rate, 1e-9)) + (1 - full) * this.#timeoutSeconds;
    const first = (1 - full) / (1 + mean);
    return first * this.#timeoutSeconds + ((1 - first) * window) / 2;
  }
}
