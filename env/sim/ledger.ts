import { emptyHistogram, histogramBin } from '../histogram.ts';
import { vmUsdPerSecond } from '../physics/service.ts';
import type { Outcome, PriceBook, ServiceProfile } from '../types.ts';
import type { FleetChange } from './fleet.ts';

const firstRoom = 1024;

/** The running account of one interval; both fidelities write in it, and close it into an Outcome. Counts may be fractional. */
export class Ledger {
  /** [class] */
  readonly requests: Float64Array;
  readonly inTime: Float64Array;
  readonly late: Float64Array;
  readonly lost: Float64Array;
  /** [pool] */
  readonly vmSeconds: Float64Array;
  readonly busySlotSeconds: Float64Array;
  readonly readySlotSeconds: Float64Array;
  latency = emptyHistogram();
  accuracySum = 0;
  spilled = 0;
  throttled = 0;
  coldStarts = 0;
  launches = 0;
  terminations = 0;
  interruptions = 0;
  lambdaGigabyteSeconds = 0;
  lambdaRequests = 0;
  /** Kept provisioned. */
  provisionedGigabyteSeconds = 0;
  /** Served by provisioned environments. */
  provisionedWorkGigabyteSeconds = 0;
  insideChange = 0;
  /** [answer] Of those not yet counted. */
  #answerClass = new Uint8Array(firstRoom);
  #answerSeconds = new Float64Array(firstRoom);
  #answers = 0;
  readonly #prices: PriceBook;
  /** [pool] */
  readonly #usdPerSecond: readonly number[];
  /** [class] */
  readonly #deadlineSeconds: Float64Array;

  constructor(profile: ServiceProfile, prices: PriceBook) {
    const classes = profile.slo.classes.length;
    const pools = profile.pools.length;
    this.requests = new Float64Array(classes);
    this.inTime = new Float64Array(classes);
    this.late = new Float64Array(classes);
    this.lost = new Float64Array(classes);
    this.vmSeconds = new Float64Array(pools);
    this.busySlotSeconds = new Float64Array(pools);
    this.readySlotSeconds = new Float64Array(pools);
    this.#prices = prices;
    this.#usdPerSecond = profile.pools.map((_, pool) => vmUsdPerSecond(profile, prices, pool));
    this.#deadlineSeconds = Float64Array.from(profile.slo.classes, (one) => one.deadlineMs / 1000);
  }

  /** Makes room for so many answers to be noted. */
  expect(answers: number): void {
    if (this.#answers + answers <= this.#answerClass.length) return;
    this.book();
    if (answers <= this.#answerClass.length) return;
    this.#answerClass = new Uint8Array(2 * answers);
    this.#answerSeconds = new Float64Array(2 * answers);
  }

  /** One request answered; counted at the next `book`. */
  answer(classIndex: number, latencySeconds: number, accuracy: number): void {
    this.expect(1);
    this.note(classIndex, latencySeconds, accuracy);
  }

  /** The same where there is room for sure. */
  note(classIndex: number, latencySeconds: number, accuracy: number): void {
    this.#answerClass[this.#answers] = classIndex;
    this.#answerSeconds[this.#answers++] = latencySeconds;
    this.accuracySum += accuracy;
  }

  /** Counts the answers noted since the last call: one after the other in a loop of their own costs less than each at its time. */
  book(): void {
    const { inTime, late, latency } = this;
    for (let index = 0; index < this.#answers; index++) {
      const k = this.#answerClass[index]!;
      const seconds = this.#answerSeconds[index]!;
      if (seconds <= this.#deadlineSeconds[k]!) inTime[k]!++;
      else late[k]!++;
      latency[histogramBin(seconds * 1000)]!++;
    }
    this.#answers = 0;
  }

  changeFleet(pool: number, change: FleetChange): void {
    this.launches += change.launches;
    this.terminations += change.terminations;
    this.interruptions += change.interruptions;
    this.vmSeconds[pool]! += change.extraBilledSeconds;
  }

  get vmUsd(): number {
    let usd = 0;
    for (let pool = 0; pool < this.vmSeconds.length; pool++) usd += this.vmSeconds[pool]! * this.#usdPerSecond[pool]!;
    return usd;
  }

  get lambdaUsd(): number {
    return this.#lambdaComputeUsd + this.lambdaRequests * this.#prices.lambdaUsdPerRequest + this.#lambdaProvisionedUsd;
  }

  get #lambdaComputeUsd(): number {
    return (
      this.lambdaGigabyteSeconds * this.#prices.lambdaUsdPerGbSecond +
      this.provisionedWorkGigabyteSeconds * this.#prices.lambdaProvisionedDurationUsdPerGbSecond
    );
  }

  get #lambdaProvisionedUsd(): number {
    return this.provisionedGigabyteSeconds * this.#prices.lambdaProvisionedUsdPerGbSecond;
  }

  /** What was written since the last call, as an Outcome; the account starts anew. */
  close(seconds: number): Outcome {
    this.book();
    const outcome: Outcome = {
      seconds,
      classes: Array.from(this.requests, (requests, index) => ({
        requests,
        inTime: this.inTime[index]!,
        late: this.late[index]!,
        lost: this.lost[index]!,
      })),
      accuracySum: this.accuracySum,
      spilled: this.spilled,
      throttled: this.throttled,
      coldStarts: this.coldStarts,
      launches: this.launches,
      terminations: this.terminations,
      interruptions: this.interruptions,
      vmSeconds: [...this.vmSeconds],
      busySlotSeconds: [...this.busySlotSeconds],
      readySlotSeconds: [...this.readySlotSeconds],
      usd: {
        vm: this.vmUsd,
        lambdaCompute: this.#lambdaComputeUsd,
        lambdaRequests: this.lambdaRequests * this.#prices.lambdaUsdPerRequest,
        lambdaProvisioned: this.#lambdaProvisionedUsd,
      },
      latency: this.latency,
      insideChange: this.insideChange,
    };
    this.latency = emptyHistogram();
    this.clear();
    return outcome;
  }

  clear(): void {
    for (let k = 0; k < this.requests.length; k++) {
      this.requests[k] = this.inTime[k] = this.late[k] = this.lost[k] = 0;
    }
    for (let pool = 0; pool < this.vmSeconds.length; pool++) {
      this.vmSeconds[pool] = this.busySlotSeconds[pool] = this.readySlotSeconds[pool] = 0;
    }
    this.#answers = 0;
    this.accuracySum = this.spilled = this.throttled = this.coldStarts = 0;
    this.launches = this.terminations = this.interruptions = 0;
    this.lambdaGigabyteSeconds = this.lambdaRequests = this.insideChange = 0;
    this.provisionedGigabyteSeconds = this.provisionedWorkGigabyteSeconds = 0;
  }
}
