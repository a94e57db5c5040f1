import type { Clock } from './clock.ts';

/** True when the promise settled within the time; its error is thrown. False: the time is over, and the promise goes on unwatched. */
export async function settledWithin(clock: Clock, limitMs: number, promise: Promise<unknown>): Promise<boolean> {
  let cancel = () => {};
  const over = new Promise<false>((resolve) => {
    cancel = clock.after(limitMs, () => resolve(false));
  });
  try {
    return await Promise.race([promise.then(() => true as const), over]);
  } finally {
    cancel();
  }
}
