/** `token` grows with each new holder: a write with an older one is refused (fencing; Kleppmann, "How to do distributed locking", 2016). */
export type Standing =
  | { readonly isHeld: true; readonly token: number }
  | { readonly isHeld: false; readonly holder: string | null; readonly said: string };

/** The right to write, held by one controller at a time. */
export interface Lease {
  /** Takes the lease where it is free, over or one's own, and prolongs it. Never throws: who cannot ask does not hold. */
  renew(): Promise<Standing>;
  /** Right before a write: whether the lease is still one's own, by what is stored and by the clock. */
  check(): Promise<boolean>;
  /** So that the next controller need not wait for its end. Never throws. */
  release(): Promise<void>;
}
