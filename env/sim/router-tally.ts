import type { CountedRouter } from './counted-router.ts';

/** What came of it, as shares. */
export interface CountedOutcome {
  /** [class] Of its arrivals: that overflow; and that wait for longer than the deadline leaves. */
  readonly overflow: readonly number[];
  readonly late: readonly number[];
  /** Of all starts, by smaller variants. */
  readonly smaller: number;
  /** [pool] Of all starts: those there; and those there by the larger variant. */
  readonly started: readonly number[];
  readonly larger: readonly number[];
  /** Of all arrivals, that find no free slot. */
  readonly busy: number;
}

/** Requests that arrived, started or went away while it was kept. */
export class RouterTally {
  /** [class] Late: waited for longer than the deadline leaves; overdue: answered after the deadline. */
  readonly arrived: number[];
  readonly overflow: number[];
  readonly late: number[];
  readonly overdue: number[];
  readonly startedOf: number[];
  /** [pool] */
  readonly started: number[];
  readonly larger: number[];
  smaller = 0;
  /** Arrivals that found no free slot. */
  busy = 0;
  /** By which contention has lengthened services, and who started from a line has waited. */
  longerSeconds = 0;
  waitedSeconds = 0;

  constructor({ pools, shares }: CountedRouter) {
    const zeros = (of: readonly unknown[]) => of.map(() => 0);
    this.arrived = zeros(shares);
    this.overflow = zeros(shares);
    this.late = zeros(shares);
    this.overdue = zeros(shares);
    this.startedOf = zeros(shares);
    this.started = zeros(pools);
    this.larger = zeros(pools);
  }

  get starts(): number {
    return Math.max(
      1,
      this.started.reduce((sum, one) => sum + one, 0),
    );
  }

  perArrival(counts: readonly number[]): number[] {
    return counts.map((one, k) => one / Math.max(1, this.arrived[k]!));
  }

  outcome(): CountedOutcome {
    const { starts } = this;
    const arrived = this.arrived.reduce((sum, one) => sum + one, 0);
    const perStart = (counts: readonly number[]) => counts.map((one) => one / starts);
    return {
      overflow: this.perArrival(this.overflow),
      late: this.perArrival(this.late),
      smaller: this.smaller / starts,
      started: perStart(this.started),
      larger: perStart(this.larger),
      busy: this.busy / Math.max(1, arrived),
    };
  }
}
