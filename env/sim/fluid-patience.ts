import { demandSeconds, missesLeft, patienceSeconds, patientRoom } from '../physics/budgets.ts';
import { decay } from '../physics/decay.ts';
import type { ServiceProfile } from '../types.ts';
import type { Ledger } from './ledger.ts';
import type { LineAnswers } from './line-answers.ts';
import type { LineOverflow } from './line-overflow.ts';

/** What the lines have left after a second for who waits behind them. */
export interface LeftOver {
  /** Requests that can still start; infinity where slots are idle. */
  startable: number;
  /** Requests per second that start while somebody waits here. */
  flow: number;
  /** Mean wait of who finds all slots at work where the counts alone make nobody wait. */
  chanceSeconds: number;
}

/**
 * The miss budget (env/physics/budgets.ts) as a fluid: who would overflow waits behind all others while its class has misses left and the
 * capacity beyond the demand works them off in time; those whose patience has passed overflow after all.
 */
export class FluidPatience {
  /** [class] */
  readonly waiting: Float64Array;
  total = 0;
  readonly #profile: ServiceProfile;
  readonly #ledger: Ledger;
  readonly #answers: LineAnswers;
  readonly #patienceSeconds: number;
  /** [class] Late and lost before the interval, and what the ledger held at its start. */
  readonly #misses: Float64Array;
  readonly #atStart: Float64Array;
  #requests = 0;
  #demand = 0;

  constructor(profile: ServiceProfile, ledger: Ledger, answers: LineAnswers) {
    const { classes } = profile.slo;
    const perClass = () => new Float64Array(classes.length);
    this.#profile = profile;
    this.#ledger = ledger;
    this.#answers = answers;
    this.#patienceSeconds = patienceSeconds(profile.clientTimeoutMs);
    this.waiting = perClass();
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

  /** A second with so many requests, `inLine` of which wait before those here; of its overflow some join, and some here start. */
  flow(offered: number, inLine: number, capacity: number, overflow: LineOverflow, left: LeftOver): void {
    let room = patientRoom(capacity, this.#demand, this.#profile.clientTimeoutMs) - inLine - this.total;
    this.notice(offered);
    let total = 0;
    for (let k = 0; k < this.waiting.length; k++) {
      const before = this.waiting[k]!;
      const joined = this.#join(k, overflow, Math.max(0, room), left);
      const served = Math.min(left.startable, before + joined);
      room -= joined - Math.min(served, joined);
      left.startable -= served;
      this.#answer(k, served, before, before + joined - served, left);
      this.waiting[k] = this.#spillImpatient(k, before + joined - served, overflow, left);
      total += this.waiting[k]!;
    }
    this.total = total;
  }

  /** Those of a class that wait instead of overflowing: as many at once as it has misses left, and as there is room for. */
  #join(k: number, overflow: LineOverflow, room: number, { startable, chanceSeconds }: LeftOver): number {
    const wanting = overflow.requests[k]!;
    if (wanting === 0) return 0;
    const mostAtOnce = Math.min(room, Math.max(0, this.#missesLeft(k) - this.waiting[k]!));
    // Where slots are idle in part of the second, each waits for a short part of it.
    const isShort = startable === Number.POSITIVE_INFINITY && this.waiting[k] === 0;
    const joined = Math.min(wanting, isShort ? mostAtOnce / Math.min(1, chanceSeconds) : mostAtOnce + startable);
    const most = mostAtOnce >= 1 || isShort ? joined : 0;
    overflow.takeBack(k, most);
    return most;
  }

  #missesLeft(k: number): number {
    const { late, lost } = this.#ledger;
    const { lateByWait } = this.#answers;
    const misses = this.#misses[k]! + late[k]! + lost[k]! - this.#atStart[k]! + lateByWait[k]! + this.#answers.lost[k]!;
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

  /** Nobody waits for longer than the capacity needs that was left of late; returns who goes on waiting. */
  #spillImpatient(k: number, waiting: number, overflow: LineOverflow, { flow }: LeftOver): number {
    const excess = waiting - flow * this.#patienceSeconds;
    if (!(excess > 0)) return waiting;
    const gone = Math.min(waiting, Math.max(excess / this.#patienceSeconds, waiting < 1 ? waiting : 0));
    overflow.add(k, gone);
    return waiting - gone;
  }
}
