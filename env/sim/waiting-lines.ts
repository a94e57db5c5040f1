import { WaitingLine } from './waiting-line.ts';

/**
 * One line per class in front of all VMs, served strictest class first, and behind them, per class, a line of those whom the router lets
 * wait instead of spilling them (profile.budgets.misses): nobody waits for them. Who waits longer than the client's patience is lost.
 */
export class WaitingLines {
  /** Requests in all lines. */
  waiting = 0;
  /** The class of the request that `next` took, and its service over the mean. */
  taken = 0;
  takenUnit = 1;
  /** [line] The classes', then those of the patient. */
  readonly #lines: readonly WaitingLine[];
  readonly #classes: number;
  readonly #timeoutSeconds: number;
  readonly #patienceSeconds: number;
  /** Nobody's patience ends before. */
  #nextExpiry = Number.POSITIVE_INFINITY;

  constructor(classes: number, timeoutSeconds: number, patienceSeconds = timeoutSeconds) {
    this.#lines = Array.from({ length: 2 * classes }, () => new WaitingLine());
    this.#classes = classes;
    this.#timeoutSeconds = timeoutSeconds;
    this.#patienceSeconds = patienceSeconds;
  }

  /** [class] */
  lengths(): number[] {
    return Array.from({ length: this.#classes }, (_, k) => this.#lines[k]!.length + this.patient(k));
  }

  /** Requests of a class that were let wait instead of spilled. */
  patient(classIndex: number): number {
    return this.#lines[this.#classes + classIndex]!.length;
  }

  /** Requests that would be served before one that now joins the line of this class. */
  ahead(classIndex: number): number {
    let ahead = 0;
    for (let k = 0; k <= classIndex; k++) ahead += this.#lines[k]!.length;
    return ahead;
  }

  join(classIndex: number, arrival: number, unit = 1): void {
    this.#lines[classIndex]!.expect(1);
    this.put(classIndex, arrival, unit);
  }

  /** Makes room for so many more in the line of every class. */
  expect(requests: number): void {
    for (let k = 0; k < this.#classes; k++) this.#lines[k]!.expect(requests);
  }

  /** Joins where there is room for sure. */
  put(classIndex: number, arrival: number, unit: number): void {
    this.#lines[classIndex]!.put(arrival, unit);
    if (this.waiting++ === 0) this.#nextExpiry = arrival + this.#timeoutSeconds; // who comes later also leaves later
  }

  /** Waits behind everybody else. */
  joinPatient(classIndex: number, arrival: number, unit = 1): void {
    this.join(this.#classes + classIndex, arrival, unit);
  }

  /** Takes the request that is served next and returns its arrival time; somebody must wait. */
  next(): number {
    let line = 0;
    while (this.#lines[line]!.length === 0) line++;
    this.taken = line < this.#classes ? line : line - this.#classes;
    this.takenUnit = this.#lines[line]!.firstUnit;
    this.waiting--;
    return this.#lines[line]!.shift();
  }

  /** Takes out a request that was let wait instead of spilled, and has waited in vain; returns its arrival time, or -1 where there is none. */
  nextImpatient(classIndex: number, now: number): number {
    const line = this.#lines[this.#classes + classIndex]!;
    if (line.length === 0 || now - line.first <= this.#patienceSeconds) return -1;
    this.waiting--;
    return line.shift();
  }

  /** Whether somebody may have waited too long by `now`. */
  isAnyoneGone(now: number): boolean {
    return now > this.#nextExpiry;
  }

  /** Drops who has waited too long by `now`, counted in `lost`, [class]. */
  expire(now: number, lost: Float64Array): void {
    if (this.isAnyoneGone(now)) this.#dropExpired(now, lost);
  }

  #dropExpired(now: number, lost: Float64Array): void {
    this.#nextExpiry = Number.POSITIVE_INFINITY;
    for (let index = 0; index < this.#lines.length; index++) {
      const line = this.#lines[index]!;
      while (line.length > 0 && now - line.first > this.#timeoutSeconds) {
        line.shift();
        this.waiting--;
        lost[index % this.#classes]!++;
      }
      if (line.length > 0) this.#nextExpiry = Math.min(this.#nextExpiry, line.first + this.#timeoutSeconds);
    }
  }
}
