/** Time as the controller sees it; tests bring their own. */
export interface Clock {
  /** Wall time, for what people read. */
  now(): Date;
  /** A clock that never jumps, for measuring and pacing. */
  monotonicMs(): number;
  /** Calls back once after the delay; the answer cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The machine's clock: with this file the wall clock enters the controller, and nowhere else. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
