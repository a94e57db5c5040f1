/** Environments that start cold: each is warm when the request that started it is answered. In steps of a second, as a fluid. */
export class StartingEnvironments {
  count = 0;
  /** Of these, to become warm within the second that `warmUp` was last told. */
  due = 0;
  readonly #startSeconds: number;
  /** [second modulo] Environments that become warm in that second. */
  readonly #ring: Float64Array;
  #now = -1;

  /** From the request that starts an environment until that is idle, and so warm. */
  constructor(startSeconds: number) {
    this.#startSeconds = startSeconds;
    this.#ring = new Float64Array(Math.floor(startSeconds + 0.5) + 3);
  }

  get isAny(): boolean {
    return this.count > 0;
  }

  /** Some start in the last `part` of the second `now`; one second brings some of them to their end, and the next the rest. */
  add(starting: number, now: number, part: number): void {
    const until = this.#startSeconds + (1 - part) / 2;
    const seconds = Math.floor(until);
    const later = until - seconds;
    const ring = this.#ring;
    this.count += starting;
    this.#now = now;
    if (seconds === 0) this.due += (1 - later) * starting;
    else ring[(now + seconds) % ring.length]! += (1 - later) * starting;
    ring[(now + seconds + 1) % ring.length]! += later * starting;
  }

  /** Share of those that start in a second which are warm before it ends. */
  shareWithinSecond(part: number): number {
    return Math.max(0, 1 - this.#startSeconds - (1 - part) / 2);
  }

  /** The second `now` begins; returns how many have become warm before it. */
  warmUp(now: number): number {
    if (now === this.#now) return 0;
    const ring = this.#ring;
    let warm = this.due;
    for (let second = Math.max(this.#now, now - ring.length) + 1; second < now; second++) {
      warm += ring[second % ring.length]!;
      ring[second % ring.length] = 0;
    }
    this.due = ring[now % ring.length]!;
    ring[now % ring.length] = 0;
    this.count -= warm;
    if (this.count < 1e-9) this.count = 0;
    this.#now = now;
    return warm;
  }
}
