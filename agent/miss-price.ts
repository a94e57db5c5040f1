/** From here on, in the misses that are allowed, no fleet within reason keeps the promise, and nothing is paid for trying. */
const hopelessFrom = 3;

/**
 * By what share work on Lambda is priced above its bill, where Lambda itself serves too late too often: 0 to 1. There a promise is kept by the size of the fleet alone, and a price for what is late does
 * both: the fleet grows as long as too much is late, and no further (a dual price, kept by what is spent of the allowed misses).
 *
 * @param byLambda part of the allowed misses that is spent where nobody waits too long; @param tolerated of it without a price
 * @param spent of the allowed misses in all
 */
export function missPrice(byLambda: number, tolerated: number, spent: number): number {
  return share((byLambda - tolerated) / (1 - tolerated)) * share(hopelessFrom - spent);
}

function share(value: number): number {
  return Math.max(0, Math.min(1, value));
}
