import type { DeadlineShares } from '../physics/deadline-shares.ts';
import { queueLimit } from '../physics/service.ts';
import type { ServiceProfile } from '../types.ts';
import { BusySlots } from './busy-slots.ts';
import { Congestion } from './congestion.ts';
import type { Serving } from './fluid-fleets.ts';
import type { FluidLatency } from './fluid-latency.ts';

const waitPoints = 4;
const bisections = 6;

/**
 * The waiting lines in front of the VMs as a fluid, one per class, served strictest class first, in steps of a second. Who waits from
 * one second to the next follows from the counts of the seconds; what happens within one is the congestion's to say.
 */
export class FluidLines {
  /** [class] Requests waiting. */
  readonly backlog: Float64Array;
  waiting = 0;
  /** Up to this rate, and with nothing waiting, nobody overflows and nobody waits too long. */
  calmRate = 0;
  /** [class] Since they were last set to 0: answered by VMs, how many of those a wait made late, and given up. */
  readonly answered: Float64Array;
  readonly lateByWait: Float64Array;
  readonly lost: Float64Array;
  /** [class] Turned away in the last second. */
  readonly overflow: Float64Array;
  /** Set where latencies are wanted. */
  latency: FluidLatency | null = null;
  readonly #timeoutSeconds: number;
  readonly #deadlines: DeadlineShares;
  readonly #busy = new BusySlots();
  readonly #congestion: Congestion;
  /** [class] */
  readonly #shares: Float64Array;
  readonly #stricterShares: Float64Array;
  readonly #slackSeconds: Float64Array;
  readonly #rooms: Float64Array;
  #maxWaitMs: readonly (number | null)[] = [];
  #capacity = 0;
  #serviceSeconds = 0;
  #known = 1;
  #lastRate = 0;

  constructor({ slo, clientTimeoutMs, serviceCv }: ServiceProfile, deadlines: DeadlineShares) {
    const { classes } = slo;
    const perClass = () => new Float64Array(classes.length);
    this.#timeoutSeconds = clientTimeoutMs / 1000;
    this.#deadlines = deadlines;
    this.#shares = Float64Array.from(classes, (one) => one.share);
    this.#stricterShares = Float64Array.from(classes, (_, k) =>
      classes.slice(0, k).reduce((sum, one) => sum + one.share, 0),
    );
    this.#congestion = new Congestion(this.#shares, serviceCv);
    this.backlog = perClass();
    this.answered = perClass();
    this.lateByWait = perClass();
    this.lost = perClass();
    this.overflow = perClass();
    this.#slackSeconds = perClass();
    this.#rooms = perClass();
  }

  /** The slots in use, [class] the waits allowed (null: any), and the part of a known number of requests that is offered here. */
  measure(serving: Serving, maxWaitMs: readonly (number | null)[], known: number): void {
    const { servers, capacity } = serving;
    this.#capacity = capacity;
    this.#serviceSeconds = servers > 0 ? servers / capacity : 0;
    this.#maxWaitMs = maxWaitMs;
    this.#known = known;
    this.#busy.measure(servers, capacity);
    this.#congestion.measure(serving, known);
    for (let k = 0; k < this.#shares.length; k++) {
      this.#slackSeconds[k] = this.#deadlines.slackSeconds(k, this.#serviceSeconds);
    }
    this.calmRate = this.latency ? 0 : this.#findCalmRate();
  }

  #findCalmRate(): number {
    let low = 0;
    let high = this.#capacity;
    for (let step = 0; step < bisections && high > 0; step++) {
      const rate = (low + high) / 2;
      for (let k = 0; k < this.#rooms.length; k++) {
        const stricter = rate * this.#stricterShares[k]!;
        this.#rooms[k] = Math.min(this.#limit(k, stricter), this.#slackSeconds[k]! * (this.#capacity - stricter));
      }
      if (this.#congestion.isCalm(rate, this.#rooms)) low = rate;
      else high = rate;
    }
    return low;
  }

  #limit(k: number, stricterRate: number): number {
    return queueLimit(this.#maxWaitMs[k]!, this.#capacity, stricterRate) ?? Number.POSITIVE_INFINITY;
  }

  /** Peakedness of the overflow, for servers of another service time. */
  overflowPeakedness(serviceSeconds: number): number {
    return this.#congestion.overflowPeakedness(serviceSeconds);
  }

  /** A second in which surely nobody waits. */
  pass(offered: number): void {
    this.#busy.pass(offered);
    this.#lastRate = offered;
  }

  /** A second; returns how many requests overflow. */
  flow(offered: number): number {
    this.#busy.run(offered, this.#known, this.waiting);
    let ahead = 0;
    for (let k = 0; k < this.#rooms.length; k++) {
      const limit = this.#limit(k, this.#lastRate * this.#stricterShares[k]!);
      this.#rooms[k] = Math.max(0, Math.floor(limit - ahead));
      ahead += this.backlog[k]!;
    }
    this.#congestion.find(offered, this.#busy.seen, this.#rooms);
    const overflowed = this.#share(offered);
    this.#lastRate = offered;
    return overflowed;
  }

  /** Shares what can start within the second among the classes; returns how many requests overflow. */
  #share(offered: number): number {
    let startable = this.#busy.startable;
    let flowLeft = this.#capacity;
    let behind = this.waiting;
    let waiting = 0;
    let overflowed = 0;
    for (let k = 0; k < this.#shares.length; k++) {
      const arrived = offered * this.#shares[k]!;
      const before = this.backlog[k]!;
      behind -= before;
      // Who waits behind this class keeps all slots busy.
      const allBusy =
        behind > 1e-9 ? Math.max(this.#busy.saturated, this.#congestion.allBusy) : this.#congestion.allBusy;
      const blocked = arrived * allBusy * this.#congestion.full[k]!;
      const beyond = before + arrived - startable - this.#rooms[k]!;
      const overflow = Math.min(arrived, Math.max(beyond, blocked));
      const served = Math.min(startable, before + arrived - overflow);
      const after = this.#abandon(k, before + arrived - overflow - served, Math.max(flowLeft, arrived));
      if (served > 0) this.#answer(k, served, before, after, flowLeft, offered, allBusy);
      this.backlog[k] = after;
      this.overflow[k] = overflow;
      overflowed += overflow;
      waiting += after;
      startable -= served;
      flowLeft = Math.max(flowLeft - served, 0);
    }
    this.waiting = waiting;
    return overflowed;
  }

  /** Who would wait longer than the client's patience gives up. */
  #abandon(k: number, rest: number, flow: number): number {
    const patient = flow * this.#timeoutSeconds;
    if (rest <= patient) return rest < 1e-9 ? 0 : rest;
    this.lost[k]! += rest - patient;
    return patient;
  }

  #answer(
    k: number,
    served: number,
    before: number,
    after: number,
    flow: number,
    offered: number,
    allBusy: number,
  ): void {
    this.answered[k]! += served;
    if (before + after > 0) this.#answerAfterBacklog(k, served, before, after, flow);
    else this.#answerAfterBurst(k, served, flow, offered, allBusy);
  }

  /** The wait goes from that of the line before to that of the line after, while there is one. */
  #answerAfterBacklog(k: number, served: number, before: number, after: number, flow: number): void {
    const waited = served * this.#busy.saturated;
    const longest = Math.min(Math.max(before, after) / flow, this.#timeoutSeconds);
    const unhurried = this.#deadlines.share(k, 0, this.#serviceSeconds);
    if (!this.latency && this.#deadlines.share(k, longest, this.#serviceSeconds) === unhurried) return;
    let inTime = 0;
    for (let point = 0.5; point < waitPoints; point++) {
      const ahead = before + (point / waitPoints) * (after - before);
      const waitSeconds = Math.min(ahead / flow, this.#timeoutSeconds);
      inTime += this.#deadlines.share(k, waitSeconds, this.#serviceSeconds) / waitPoints;
      this.latency?.recordWait(waited / waitPoints, waitSeconds, this.#serviceSeconds);
    }
    if (unhurried > 0) this.lateByWait[k]! += waited * Math.max(0, 1 - inTime / unhurried);
  }

  #answerAfterBurst(k: number, served: number, flow: number, offered: number, allBusy: number): void {
    const tolerated = this.#slackSeconds[k]! * flow;
    if (tolerated < this.#rooms[k]!) {
      this.lateByWait[k]! += served * allBusy * this.#congestion.longerShare(k, tolerated, offered);
    }
    if (!this.latency) return;
    const waited = served * allBusy * (1 - this.#congestion.full[k]!);
    const meanLength = Math.min(this.#congestion.meanLength(k, offered), this.#rooms[k]!);
    this.latency.recordExponentialWait(waited, meanLength / flow, this.#serviceSeconds);
  }
}
