/** Requests that are a rounding error. */
const negligible = 1e-9;
/** Places that have been left are given up together. */
const mostLeft = 1000;

/**
 * Those of a class who were let wait instead of spilled, by the second in which they joined: who has waited longest is served first, and nobody
 * waits for longer than `patienceSeconds`.
 */
export class PatientLine {
  waiting = 0;
  readonly #patienceSeconds: number;
  /** [place] Seconds in which some joined who wait still, from `#first` on, and how many do. */
  readonly #seconds: number[] = [];
  readonly #joined: number[] = [];
  #first = 0;
  #second = 0;

  constructor(patienceSeconds: number) {
    this.#patienceSeconds = Math.max(1, Math.round(patienceSeconds));
  }

  /** A second in which so many join and, of them and of those before, so many are served. */
  flow(joined: number, served: number): void {
    if (this.#first > mostLeft) {
      this.#seconds.splice(0, this.#first);
      this.#joined.splice(0, this.#first);
      this.#first = 0;
    }
    if (joined > 0) {
      this.#seconds.push(this.#second);
      this.#joined.push(joined);
    }
    this.waiting += joined - served;
    if (this.waiting < negligible) this.#forget();
    else for (let left = served; left > 0; ) left -= this.#start(left);
  }

  /** Of those who have waited longest at most so many start; returns how many do. */
  #start(most: number): number {
    const place = this.#first;
    const here = this.#joined[place] ?? Number.POSITIVE_INFINITY;
    if (here <= most) this.#first++;
    else if (place < this.#joined.length) this.#joined[place] = here - most;
    return Math.min(here, most);
  }

  #forget(): void {
    this.waiting = this.#first = this.#seconds.length = this.#joined.length = 0;
  }

  /** The second ends; returns who leaves, having waited in vain. */
  leave(): number {
    this.#second++;
    const place = this.#first;
    if (this.waiting === 0 || this.#second - this.#seconds[place]! <= this.#patienceSeconds) return 0;
    const gone = Math.min(this.waiting, this.#joined[place]!);
    this.#first++;
    this.waiting -= gone;
    if (this.waiting < negligible) this.#forget();
    return gone;
  }
}
