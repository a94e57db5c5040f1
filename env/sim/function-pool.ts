import { batchFactor } from '../physics/batch.ts';
import type { LambdaTier } from '../physics/service.ts';
import type { Random } from '../random.ts';
import type { FunctionRecord } from './function-record.ts';
import type { Ledger } from './ledger.ts';
import { ProvisionedEnvironments } from './provisioned.ts';
import { SlotHeap } from './slot-heap.ts';

export interface FunctionLimits {
  readonly keepAliveSeconds: number;
  readonly concurrencyLimit: number;
  readonly batchMarginal: number;
}

/**
 * The environments of one Lambda function at one memory size. A request takes a provisioned environment where one is free, else the one that was used last; where none
 * is idle a new one starts cold, for this request alone. Idle environments go after the keep-alive, the longest unused first.
 * Start-up is billed like the request itself (container images; since August 2025 every package type).
 */
export class FunctionPool {
  readonly #tier: LambdaTier;
  readonly #limits: FunctionLimits;
  readonly #unitService: Float64Array;
  readonly #serviceShift: number;
  readonly #random: Random;
  readonly #record: FunctionRecord | null;
  readonly #provisioned = new ProvisionedEnvironments();
  readonly #busy = new SlotHeap();
  /** Times at which the idle environments became idle, rising: used from the back, reclaimed from the front. */
  #idle = new Float64Array(256);
  #front = 0;
  #back = 0;
  #coldStarts = 0;
  #throttled = 0;
  #billedMs = 0;
  #provisionedMs = 0;
  #provisionedSeconds = 0;
  #invocations = 0;

  constructor(
    tier: LambdaTier,
    limits: FunctionLimits,
    unitService: Float64Array,
    random: Random,
    record: FunctionRecord | null = null,
  ) {
    this.#record = record;
    this.#tier = tier;
    this.#limits = limits;
    this.#unitService = unitService;
    this.#serviceShift = 32 - Math.log2(unitService.length);
    this.#random = random;
  }

  /** Keeps so many environments initialised for the next `seconds`. They are part of the concurrency limit. */
  provision(count: number, now: number, seconds: number): void {
    const kept = Math.min(count, this.#limits.concurrencyLimit);
    this.#provisioned.keep(kept, now, this.#tier.coldStartSeconds);
    this.#provisionedSeconds += kept * seconds;
  }

  /** Latency in seconds of an invocation with so many requests now; -1 where it is throttled. */
  invoke(now: number, requests = 1): number {
    const unit = this.#unitService[this.#random.bits() >>> this.#serviceShift]!;
    const service = this.#tier.serviceSeconds * batchFactor(this.#limits.batchMarginal, requests) * unit;
    return this.#provisioned.nextFreeAt <= now
      ? this.#serveProvisioned(now, service)
      : this.#serveOnDemand(now, service);
  }

  #serveProvisioned(now: number, service: number): number {
    this.#provisioned.work(now + service);
    this.#invocations++;
    this.#provisionedMs += wholeMs(service);
    if (this.#record !== null) this.#note(service, service, true, now);
    return service;
  }

  #serveOnDemand(now: number, service: number): number {
    this.#release(now);
    const isWarm = this.#back > this.#front;
    if (isWarm) this.#back--;
    else if (this.#busy.size >= this.#limits.concurrencyLimit - this.#provisioned.count) {
      this.#throttled++;
      return -1;
    } else this.#coldStarts++;
    const latency = isWarm ? service : service + this.#tier.coldStartSeconds;
    this.#invocations++;
    this.#billedMs += wholeMs(latency);
    this.#busy.push(now + latency);
    if (this.#record !== null) this.#note(latency, service, false, now);
    return latency;
  }

  #note(latency: number, service: number, isProvisioned: boolean, now: number): void {
    this.#record!.note(latency, service, isProvisioned);
    this.#record!.noteBusy(this.#busy.size + this.#provisioned.busyAt(now));
  }

  /** Books what happened since the last call. */
  settle(ledger: Ledger): void {
    ledger.coldStarts += this.#coldStarts;
    ledger.throttled += this.#throttled;
    ledger.lambdaRequests += this.#invocations;
    ledger.lambdaGigabyteSeconds += (this.#billedMs / 1000) * this.#tier.gigabytes;
    ledger.provisionedWorkGigabyteSeconds += (this.#provisionedMs / 1000) * this.#tier.gigabytes;
    ledger.provisionedGigabyteSeconds += this.#provisionedSeconds * this.#tier.gigabytes;
    this.#provisionedMs = this.#provisionedSeconds = 0;
    this.#coldStarts = this.#throttled = this.#invocations = this.#billedMs = 0;
  }

  #release(now: number): void {
    while (this.#busy.first <= now) {
      this.#rest(this.#busy.first);
      this.#busy.pop();
    }
    while (this.#front < this.#back && this.#idle[this.#front]! + this.#limits.keepAliveSeconds < now) this.#front++;
    if (this.#front === this.#back) this.#front = this.#back = 0;
  }

  #rest(since: number): void {
    if (this.#back === this.#idle.length) this.#makeRoom();
    this.#idle[this.#back++] = since;
  }

  #makeRoom(): void {
    const waiting = this.#back - this.#front;
    const target = waiting > this.#idle.length / 2 ? new Float64Array(this.#idle.length * 2) : this.#idle;
    target.set(this.#idle.subarray(this.#front, this.#back));
    this.#idle = target;
    this.#front = 0;
    this.#back = waiting;
  }
}

/** What a duration is billed as; the nanosecond keeps a whole millisecond from rounding up. */
function wholeMs(seconds: number): number {
  return Math.ceil(seconds * 1000 - 1e-6);
}
