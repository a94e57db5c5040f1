/** How many VMs were ready when a late metric was measured. */
export class ReadyHistory {
  #points: { readonly timeSeconds: number; readonly ready: number }[] = [];

  add(timeSeconds: number, ready: number): void {
    this.#points.push({ timeSeconds, ready });
    if (this.#points.length > 256) this.#points = this.#points.slice(-128);
  }

  /** The newest count from before the given time, when the interval that ended then was running; else the oldest. */
  at(timeSeconds: number): number {
    return (this.#points.findLast((one) => one.timeSeconds < timeSeconds) ?? this.#points[0]!).ready;
  }
}
