/** Environments that start cold: each is warm when the request that started it is answered. In steps of a second, as a fluid. */
export class StartingEnvironments {
  count = 0;
  /** Of these, to become warm evenly over the first `turn` of the second that `warmUp` was last told, and over the rest of it. */
  early = 0;
  late = 0;
  /** Part of a second by which a start exceeds whole seconds. */
  readonly turn: number;
  readonly #startSeconds: number;
  /** [second modulo] Environments that become warm in the first `turn` of that second, and in the rest. */
  readonly #early: Float64Array;
  readonly #late: Float64Array;
  #now = -1;

  /** From the request that starts an environment until that is idle, and so warm. */
  constructor(startSeconds: number) {
    this.#startSeconds = startSeconds;
    this.turn = startSeconds - Math.floor(startSeconds);
    this.#early = new Float64Array(Math.floor(startSeconds + 0.5) + 3);
    this.#late = new Float64Array(this.#early.length);
  }

  get isAny(): boolean {
    return this.count > 0;
  }

  /** Some start in the last `part` of the second `now`; one second brings some of them to their end, and the next the rest. */
  add(starting: number, now: number, part: number): void {
    const until = this.#startSeconds + (1 - part) / 2;
    const seconds = Math.floor(until);
    const later = until - seconds;
    const { length } = this.#late;
    this.count += starting;
    this.#now = now;
    if (seconds === 0) this.late += (1 - later) * starting;
    else this.#late[(now + seconds) % length]! += (1 - later) * starting;
    this.#early[(now + seconds + 1) % length]! += later * starting;
  }

  /** Share of those that start in a second which are warm before it ends. */
  shareWithinSecond(part: number): number {
    return Math.max(0, 1 - this.#startSeconds - (1 - part) / 2);
  }

  /** The second `now` begins; returns how many have become warm before it. */
  warmUp(now: number): number {
    if (now === this.#now) return 0;
    const { length } = this.#late;
    let warm = this.early + this.late;
    for (let second = Math.max(this.#now, now - length) + 1; second < now; second++) {
      const slot = second % length;
      warm += this.#early[slot]! + this.#late[slot]!;
      this.#early[slot] = this.#late[slot] = 0;
    }
    const slot = now % length;
    this.early = this.#early[slot]!;
    this.late = this.#late[slot]!;
    this.#early[slot] = this.#late[slot] = 0;
    this.count -= warm;
    if (this.count < 1e-9) this.count = 0;
    this.#now = now;
    return warm;
  }
}
