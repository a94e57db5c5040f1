import type { Observation, Workload } from '../env/types.ts';

export interface RatePoint {
  readonly endSeconds: number;
  readonly perSecond: number;
}

/** When the newest visible interval ended; null: no arrivals are visible. */
export function seenUntilSeconds({ arrivals, timeSeconds }: Observation): number | null {
  return arrivals && arrivals.value.length > 0 ? timeSeconds - arrivals.ageSeconds : null;
}

/** Mean requests per second of the newest visible interval; null: absent. */
export function newestRate({ arrivals }: Pick<Observation, 'arrivals'>): number | null {
  if (!arrivals || arrivals.value.length === 0) return null;
  return arrivals.value.reduce((sum, one) => sum + one, 0) / arrivals.value.length;
}

/**
 * The rates of a trailing window, per bin of the metrics or, by `interval`, one mean per decision interval.
 * An interval seen twice counts once; a lost one leaves a gap.
 */
export class RateWindow {
  readonly #windowSeconds: number;
  readonly #per: { readonly binSeconds: number } | 'interval';
  #points: RatePoint[] = [];
  #firstSeconds: number | null = null;
  #untilSeconds = Number.NEGATIVE_INFINITY;

  constructor(windowSeconds: number, per: { readonly binSeconds: number } | 'interval') {
    this.#windowSeconds = windowSeconds;
    this.#per = per;
  }

  /** False: nothing newer than what is known. */
  add(observation: Observation): boolean {
    const until = seenUntilSeconds(observation);
    if (until === null || until <= this.#untilSeconds) return false;
    this.#untilSeconds = until;
    this.#firstSeconds ??= until;
    this.#points.push(...this.#pointsOf(observation, until));
    this.#points = this.#points.filter((one) => one.endSeconds > until - this.#windowSeconds);
    return true;
  }

  /** What came before the first observation; its steps weigh as many bins as they last. To be called before any is added. */
  recall({ requests, stepSeconds }: Workload): void {
    const parts = this.#per === 'interval' ? 1 : Math.max(1, Math.round(stepSeconds / this.#per.binSeconds));
    const recent = Math.ceil(this.#windowSeconds / stepSeconds) + 1;
    for (let step = Math.max(0, requests.length - recent); step < requests.length; step++) {
      for (let part = 1; part <= parts; part++) {
        const endSeconds = (step + part / parts - requests.length) * stepSeconds;
        this.#firstSeconds ??= endSeconds;
        this.#untilSeconds = endSeconds;
        if (endSeconds > -this.#windowSeconds) {
          this.#points.push({ endSeconds, perSecond: requests[step]! / stepSeconds });
        }
      }
    }
  }

  #pointsOf(observation: Observation, until: number): RatePoint[] {
    if (this.#per === 'interval') return [{ endSeconds: until, perSecond: newestRate(observation)! }];
    const { binSeconds } = this.#per;
    const rates = observation.arrivals!.value;
    return rates.map((perSecond, bin) => ({ endSeconds: until - (rates.length - 1 - bin) * binSeconds, perSecond }));
  }

  /** Oldest first. */
  get points(): readonly RatePoint[] {
    return this.#points;
  }

  /** True once observations have been coming for a whole window; the first interval counts as seen when it ends. */
  get isFull(): boolean {
    return this.#firstSeconds !== null && this.#untilSeconds - this.#firstSeconds >= this.#windowSeconds;
  }

  mean(): number {
    return this.#points.reduce((sum, one) => sum + one.perSecond, 0) / this.#points.length;
  }

  /** The smallest rate that at least the given share of the points does not exceed; share 1: the largest. */
  quantile(share: number): number {
    const sorted = this.#points.map((one) => one.perSecond).sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
  }
}
