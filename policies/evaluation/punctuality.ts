import type { Outcome } from '../../env/types.ts';

/** When a run kept its promise, not only how often. */
export interface Punctuality {
  /** Share of the judged time, minute by minute, in which the promised share of the requests was in time. */
  readonly timeShare: number;
  /** Share in time of the worst whole hour, or of all of a shorter run; null: no request was finished in it. */
  readonly worstHour: number | null;
}

/** A decision interval that is longer than a minute counts as a whole. */
const minuteSeconds = 60;
const hourSeconds = 3600;

interface Tally {
  readonly seconds: number;
  readonly inTime: number;
  readonly finished: number;
}

const nothing: Tally = { seconds: 0, inTime: 0, finished: 0 };

/** Follows the outcomes of a run, one decision interval after the other. */
export class PunctualityMeter {
  readonly #promised: number;
  #minute = nothing;
  #hour = nothing;
  readonly #hours: Tally[] = [];
  #seconds = 0;
  #keptSeconds = 0;

  /** @param promised share of the requests in time */
  constructor(promised: number) {
    this.#promised = promised;
  }

  add(outcome: Outcome): void {
    const tally = tallyOf(outcome);
    this.#minute = sum(this.#minute, tally);
    this.#hour = sum(this.#hour, tally);
    if (this.#minute.seconds >= minuteSeconds) this.#closeMinute();
    if (this.#hour.seconds < hourSeconds) return;
    this.#hours.push(this.#hour);
    this.#hour = nothing;
  }

  /** Ends the run: what is left of the last hour belongs to the hour before. */
  finish(): Punctuality {
    if (this.#minute.seconds > 0) this.#closeMinute();
    if (this.#hour.seconds > 0) this.#hours.push(sum(this.#hours.pop() ?? nothing, this.#hour));
    const shares = this.#hours.filter((one) => one.finished > 0).map((one) => one.inTime / one.finished);
    return {
      timeShare: this.#seconds > 0 ? this.#keptSeconds / this.#seconds : 1,
      worstHour: shares.length > 0 ? Math.min(...shares) : null,
    };
  }

  #closeMinute(): void {
    const { seconds, inTime, finished } = this.#minute;
    this.#seconds += seconds;
    // Where nothing was asked, nothing was missed.
    if (inTime >= this.#promised * finished) this.#keptSeconds += seconds;
    this.#minute = nothing;
  }
}

function tallyOf({ seconds, classes }: Outcome): Tally {
  let inTime = 0;
  let finished = 0;
  for (const one of classes) {
    inTime += one.inTime;
    finished += one.inTime + one.late + one.lost;
  }
  return { seconds, inTime, finished };
}

function sum(a: Tally, b: Tally): Tally {
  return { seconds: a.seconds + b.seconds, inTime: a.inTime + b.inTime, finished: a.finished + b.finished };
}
