import type { DeadlineShares } from '../physics/deadline-shares.ts';
import type { FluidLatency } from './fluid-latency.ts';

const waitPoints = 4;
/** [point] Exponential with the mean 1, evenly over its shares, in no order that goes with that of the points. */
const exponential = [0.375, 0.875, 0.125, 0.625].map((share) => -Math.log(1 - share));

/** What became of those who came to the lines, since it was last forgotten. */
export class LineAnswers {
  /** [class] Answered by VMs, how many of those a wait made late, and given up or refused. */
  readonly answered: Float64Array;
  readonly lateByWait: Float64Array;
  readonly lost: Float64Array;
  /** By which contention has lengthened services. */
  contendedSeconds = 0;
  /** Set where latencies are wanted. */
  latency: FluidLatency | null = null;
  readonly #deadlines: DeadlineShares;
  readonly #timeoutSeconds: number;
  /** Mean of a service that starts at once. */
  #serviceSeconds = 0;

  constructor(classes: number, deadlines: DeadlineShares, timeoutSeconds: number) {
    this.answered = new Float64Array(classes);
    this.lateByWait = new Float64Array(classes);
    this.lost = new Float64Array(classes);
    this.#deadlines = deadlines;
    this.#timeoutSeconds = timeoutSeconds;
  }

  get serviceSeconds(): number {
    return this.#serviceSeconds;
  }

  /** Of all classes, given up or refused. */
  get lostTotal(): number {
    let lost = 0;
    for (let k = 0; k < this.lost.length; k++) lost += this.lost[k]!;
    return lost;
  }

  measure(serviceSeconds: number): void {
    this.#serviceSeconds = serviceSeconds;
  }

  forget(): void {
    for (let k = 0; k < this.lost.length; k++) this.answered[k] = this.lateByWait[k] = this.lost[k] = 0;
    this.contendedSeconds = 0;
  }

  /** Who would wait longer than the client's patience gives up; returns who still waits. */
  giveUp(k: number, waiting: number, flow: number): number {
    const patient = flow * this.#timeoutSeconds;
    if (waiting <= patient) return waiting;
    this.lost[k]! += waiting - patient;
    return patient;
  }

  /**
   * So many were served after a wait that goes from that of the line before to that of the line after; in the mean they stood `depth` places
   * before its end.
   */
  waited(
    k: number,
    served: number,
    before: number,
    after: number,
    flow: number,
    serviceSeconds: number,
    depth = 0,
  ): void {
    const unhurried = this.#deadlines.share(k, 0, this.#serviceSeconds);
    let inTime = 0;
    for (let point = 0.5; point < waitPoints; point++) {
      const last = before + (point / waitPoints) * (after - before);
      const ahead = depth > 0 ? Math.max(0, last - depth * exponential[point - 0.5]!) : last;
      const waitSeconds = Math.min(ahead / flow, this.#timeoutSeconds);
      inTime += this.#deadlines.share(k, waitSeconds, serviceSeconds) / waitPoints;
      this.latency?.recordWait(served / waitPoints, waitSeconds, serviceSeconds);
    }
    if (unhurried > 0) this.lateByWait[k]! += served * Math.max(0, 1 - inTime / unhurried);
  }

  /** So many were served, of whom a share was answered after the deadline, by their waits or by chance. */
  overdue(k: number, served: number, share: number): void {
    this.answered[k]! += served;
    const unhurried = this.#deadlines.share(k, 0, this.#serviceSeconds);
    if (unhurried > 0) this.lateByWait[k]! += served * Math.max(0, 1 - (1 - share) / unhurried);
  }

  /** So many had to wait for so long before they went elsewhere. */
  lateAfter(k: number, requests: number, waitSeconds: number): void {
    const unhurried = this.#deadlines.share(k, 0, this.#serviceSeconds);
    if (unhurried > 0)
      this.lateByWait[k]! += requests * (1 - this.#deadlines.share(k, waitSeconds, this.#serviceSeconds) / unhurried);
  }

  /** The same of who waits behind all others, and starts when the lines leave a slot idle. */
  waitedBehind(k: number, served: number, before: number, after: number, flow: number): void {
    this.waited(k, served, before, after, Math.max(flow, served), this.#serviceSeconds);
  }

  /** So many were served after a line that came and went within the second. */
  waitedByChance(requests: number, meanLength: number, flow: number): void {
    this.latency!.recordExponentialWait(requests, meanLength / flow, this.#serviceSeconds);
  }
}
