/** Lines slow a VM down to half its speed at the most. */
const slowest = 2;

/**
 * By how much the service time of a request grows that starts while others still wait: `min(2, 1 + contention * waiting / readyVms)`.
 * `waiting` counts all lines without the request itself. Whoever holds connections of those that wait (parsing, memory, threads) has
 * less time for those it serves: 16 ms alone and 278 ms with 11 clients in a closed loop are 1 + 10 contention = 1.58, so 0.058
 * (SageMaker-versus-Lambda study, on-premise server; docs/simulator.md).
 */
export function contentionFactor(contention: number, waiting: number, readyVms: number): number {
  return readyVms > 0 ? Math.min(slowest, 1 + (contention * waiting) / readyVms) : 1;
}
