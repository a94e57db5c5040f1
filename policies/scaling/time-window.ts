interface Sample {
  readonly timeSeconds: number;
  readonly value: number;
}

/** Samples of a trailing window. */
export class TimeWindow {
  readonly #seconds: number;
  #samples: Sample[] = [];

  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  add(timeSeconds: number, value: number): void {
    this.#samples = this.#samples.filter((one) => one.timeSeconds > timeSeconds - this.#seconds);
    this.#samples.push({ timeSeconds, value });
  }

  /** Over the samples since then, the newest one at least. Needs a sample. */
  meanAfter(timeSeconds: number): number {
    const recent = this.#samples.filter((one) => one.timeSeconds > timeSeconds);
    const counted = recent.length > 0 ? recent : this.#samples.slice(-1);
    return counted.reduce((sum, one) => sum + one.value, 0) / counted.length;
  }

  mean(): number {
    return this.meanAfter(Number.NEGATIVE_INFINITY);
  }
}
