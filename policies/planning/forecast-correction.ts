/** How much more came lately than was forecast so many steps ahead. */
export class ForecastCorrection {
  readonly #steps: number;
  readonly #memory: number;
  /** What was forecast for the coming intervals, the next one first. */
  readonly #due: number[] = [];
  /** The newest intervals, oldest first. */
  #came: { readonly rate: number; readonly expected: number }[] = [];

  /**
   * @param steps ahead at which forecasts are judged, at least 1
   * @param memory intervals that are judged; 0: nothing is corrected
   */
  constructor(steps: number, memory: number) {
    this.#steps = steps;
    this.#memory = memory;
  }

  /** The next interval, and what is forecast after it: [step], at least as many as are judged. */
  see(rate: number, forecast: ArrayLike<number>): void {
    if (this.#due.length === this.#steps) this.#came.push({ rate, expected: this.#due.shift()! });
    if (this.#came.length > this.#memory) this.#came = this.#came.slice(this.#came.length - this.#memory);
    this.#due.push(forecast[this.#steps - 1]!);
  }

  /** The sum of what came over the sum of what was forecast; 1 while nothing is known. */
  get factor(): number {
    const expected = this.#came.reduce((sum, one) => sum + one.expected, 0);
    return expected > 0 ? this.#came.reduce((sum, one) => sum + one.rate, 0) / expected : 1;
  }
}
