import { WaitingLine } from './waiting-line.ts';

/** One line per class in front of all VMs, served strictest class first; who waits longer than the client's patience is lost. */
export class WaitingLines {
  /** Requests in all lines. */
  waiting = 0;
  /** The class of the request that `next` took. */
  taken = 0;
  readonly #lines: readonly WaitingLine[];
  readonly #timeoutSeconds: number;

  constructor(classes: number, timeoutSeconds: number) {
    this.#lines = Array.from({ length: classes }, () => new WaitingLine());
    this.#timeoutSeconds = timeoutSeconds;
  }

  /** [class] */
  lengths(): number[] {
    return this.#lines.map((line) => line.length);
  }

  /** Requests that would be served before one that now joins the line of this class. */
  ahead(classIndex: number): number {
    let ahead = 0;
    for (let k = 0; k <= classIndex; k++) ahead += this.#lines[k]!.length;
    return ahead;
  }

  join(classIndex: number, arrival: number): void {
    this.#lines[classIndex]!.push(arrival);
    this.waiting++;
  }

  /** Takes the request that is served next and returns its arrival time; somebody must wait. */
  next(): number {
    let k = 0;
    while (this.#lines[k]!.length === 0) k++;
    this.taken = k;
    this.waiting--;
    return this.#lines[k]!.shift();
  }

  /** Drops who has waited too long by `now`, counted in `lost`, [class]. */
  expire(now: number, lost: Float64Array): void {
    for (let k = 0; k < this.#lines.length; k++) {
      const line = this.#lines[k]!;
      while (line.length > 0 && now - line.first > this.#timeoutSeconds) {
        line.shift();
        this.waiting--;
        lost[k]!++;
      }
    }
  }
}
