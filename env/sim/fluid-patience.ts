import { demandSeconds, missesLeft, patienceSeconds, patientRoom } from '../physics/budgets.ts';
import { decay } from '../physics/decay.ts';
import type { ServiceProfile } from '../types.ts';
import type { Congestion } from './congestion.ts';
import type { FluidSpill } from './fluid-spill.ts';
import type { Ledger } from './ledger.ts';
import type { LineAnswers } from './line-answers.ts';
import type { LineOverflow } from './line-overflow.ts';
import { PatientLine } from './patient-line.ts';

/** What the lines have left after a second for who waits behind them. */
export interface LeftOver {
  /** Requests that can still start; infinity where slots are idle. */
  startable: number;
  /** Requests per second that start while somebody waits here. */
  flow: number;
  /** Mean wait of who finds all slots at work where the counts alone make nobody wait. */
  chanceSeconds: number;
  /** [class] Share of all arrivals that find the line of the class full by chance. */
  readonly full: Float64Array;
}

/** What misses are counted in, and lines are known by. */
export interface PatienceParts {
  readonly ledger: Ledger;
  readonly answers: LineAnswers;
  readonly congestion: Congestion;
  readonly lambda: FluidSpill;
}

/** Of those who would overflow, the part beyond which not most wait. */
const mostLetWait = 0.5;

/**
 * The miss budget (env/physics/budgets.ts) as a fluid: who would overflow waits behind all others while its class has misses left and the
 * capacity beyond the demand works them off in time; those whose patience has passed overflow after all.
 */
export class FluidPatience {
  /** [class] */
  readonly waiting: Float64Array;
  total = 0;
  /** Whether most of those who would have overflowed in the last second waited. */
  letsWait = true;
  /** [class] Whether of those who would overflow some may wait. */
  readonly mayJoin: boolean[];
  readonly #profile: ServiceProfile;
  readonly #ledger: Ledger;
  readonly #answers: LineAnswers;
  readonly #lambda: FluidSpill;
  readonly #congestion: Congestion;
  readonly #patienceSeconds: number;
  /** [class] Late and lost before the interval, and what the ledger held at its start. */
  readonly #misses: Float64Array;
  readonly #atStart: Float64Array;
  readonly #lines: readonly PatientLine[];
  #requests = 0;
  #demand = 0;

  constructor(profile: ServiceProfile, { ledger, answers, congestion, lambda }: PatienceParts) {
    const { classes } = profile.slo;
    const perClass = () => new Float64Array(classes.length);
    this.#profile = profile;
    this.#ledger = ledger;
    this.#answers = answers;
    this.#lambda = lambda;
    this.#congestion = congestion;
    this.#patienceSeconds = patienceSeconds(profile.clientTimeoutMs);
    this.waiting = perClass();
    this.mayJoin = classes.map(() => false);
    this.#lines = classes.map(() => new PatientLine(this.#patienceSeconds));
    this.#misses = perClass();
    this.#atStart = perClass();
  }

  /** An interval begins. */
  begin(): void {
    const { late, lost } = this.#ledger;
    for (let k = 0; k < late.length; k++) this.#atStart[k] = late[k]! + lost[k]!;
  }

  /** An interval ends, whose answers are in the ledger. */
  end(): void {
    const { late, lost } = this.#ledger;
    for (let k = 0; k < late.length; k++) this.#misses[k]! += late[k]! + lost[k]! - this.#atStart[k]!;
    this.begin();
  }

  /** A second that turns nobody away while nobody waits. */
  notice(offered: number): void {
    this.#requests += offered;
    this.#demand += (offered - this.#demand) / demandSeconds;
  }

  /** The same of the seconds from `first` up to `end`. */
  pass(counts: ArrayLike<number>, first: number, end: number): void {
    for (let second = first; second < end; second++) this.notice(counts[second]!);
  }

  /** Of a second that `inside` wait before: of which classes who would overflow may wait. To be called before `flow`. */
  find(inside: number, capacity: number): void {
    const room = patientRoom(capacity, this.#demand, this.#profile.clientTimeoutMs) - inside;
    for (let k = 0; k < this.waiting.length; k++) this.mayJoin[k] = this.#places(k, room) >= 1;
  }

  /** Of all arrivals, [class] `shares` of them, the part that lengthens a line, where `full` of the class find theirs at its limit. */
  joining(shares: Float64Array, full: Float64Array): number {
    let joining = 0;
    for (let k = 0; k < shares.length; k++) joining += shares[k]! * (this.mayJoin[k] ? 1 : 1 - full[k]!);
    return joining;
  }

  /** A second with so many requests, `inLine` of which wait before those here; of its overflow some join, and some here start. */
  flow(offered: number, inLine: number, capacity: number, overflow: LineOverflow, left: LeftOver): void {
    let room = patientRoom(capacity, this.#demand, this.#profile.clientTimeoutMs) - inLine - this.total;
    const wanting = overflow.total;
    this.notice(offered);
    let total = 0;
    for (let k = 0; k < this.waiting.length; k++) {
      const line = this.#lines[k]!;
      const before = line.waiting;
      const joined = this.#letJoin(k, offered, room, overflow.requests[k]!, left);
      overflow.takeBack(k, joined);
      const served = Math.min(left.startable, before + joined);
      room -= joined - Math.min(served, joined);
      left.startable -= served;
      line.flow(joined, served);
      this.#answer(k, served, before, before + joined - served, left);
      this.#spill(k, line.leave(), overflow);
      this.waiting[k] = line.waiting;
      total += line.waiting;
    }
    this.total = total;
    this.letsWait = overflow.total <= mostLetWait * wanting;
  }

  /** Who has waited in vain for as long as the router lets anybody. */
  #spill(k: number, gone: number, overflow: LineOverflow): void {
    if (gone === 0) return;
    overflow.add(k, gone);
    this.#answers.lateAfter(k, gone, this.#patienceSeconds);
  }

  /** How many of a class may wait at once, besides those that do: as many as it has misses left, and as there is room for. */
  #places(k: number, room: number): number {
    return Math.min(room, this.#missesLeft(k) - this.waiting[k]!);
  }

  /** Of those of a class that would overflow, how many wait instead. */
  #letJoin(k: number, offered: number, room: number, wanting: number, { startable, full }: LeftOver): number {
    if (wanting === 0) return 0;
    const places = this.#places(k, room);
    if (places < 1) return 0;
    if (startable < Number.POSITIVE_INFINITY) return Math.min(wanting, places + startable);
    // Where slots are idle in part of the second, each waits for a short part of it.
    return wanting * (1 - this.#congestion.tail.stillFull(Math.floor(places), full[k]!, offered));
  }

  #missesLeft(k: number): number {
    const { late, lost } = this.#ledger;
    const { lateByWait } = this.#answers;
    const booked = this.#misses[k]! + late[k]! + lost[k]! - this.#atStart[k]!;
    const misses = booked + lateByWait[k]! + this.#answers.lost[k]! + this.#lambda.missed(k);
    const { attainment, classes } = this.#profile.slo;
    return missesLeft(attainment, this.#requests * classes[k]!.share, misses);
  }

  #answer(k: number, served: number, before: number, after: number, { flow, chanceSeconds }: LeftOver): void {
    const answers = this.#answers;
    answers.answered[k]! += served;
    if (before + after > 0) answers.waitedBehind(k, served, before, after, flow);
    else if (served > 0) {
      const slackSeconds = this.#profile.slo.classes[k]!.deadlineMs / 1000 - answers.serviceSeconds;
      answers.lateByWait[k]! += served * decay(Math.max(0, slackSeconds) / Math.max(chanceSeconds, 1e-9));
    }
  }
}
