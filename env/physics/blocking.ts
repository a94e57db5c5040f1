import { erlangLoss } from './erlang.ts';

/*
 * A queue with c servers and room for K waiting requests, seen by its arrivals. Above c busy servers the number waiting is taken as
 * geometric with the ratio ρ of arrivals to capacity, its tail stretched by the variability v = (1 + cv²)/2 of the service
 * (v = 1: exponential). With Erlang's loss B and the tail q = ρ^(K/v):
 *   all servers are busy:                          P = B S / (1 + B (S - 1)),  S = (1 - q) / (1 - ρ) + q U
 *   the room is full while all servers are busy:   f = q U / S
 *   an arrival is blocked:                         P f
 * U is 1 where nobody may wait beyond K. Where K is the room of the last class only, and stricter ones with the ratio σ still join,
 * the line goes on beyond it with ratio σ, and U = 1 / (1 - σ).
 * For v = 1 this is M/M/c/K exactly (balance equations). That the chance of any wait hardly depends on v, and the wait scales
 * with v, is the approximation of Lee and Longton (1959) for M/G/c.
 */

/** -ln(ρ^K) by Padé's approximation of the logarithm, exact to second order around ρ = 1; the room is K/v. */
export function tailExponent(ratio: number, stretchedRoom: number): number {
  return (2 * stretchedRoom * (1 - ratio)) / (1 + ratio);
}

/** Far from where numbers end, and near enough to infinity: what is made of it comes out exact. */
const greatestTail = 1e100;

/** q = ρ^(K/v), of a room stretched to K/v; a number too where the load is many times the capacity. */
export function tailOf(ratio: number, stretchedRoom: number): number {
  return Math.min(greatestTail, ratio ** stretchedRoom);
}

/** (q' - q) / (1 - q): of those that wait, the share that `stretchedAhead` or more are ahead of, where the room ends at `stretchedRoom`. */
export function waitingShare(ratio: number, stretchedAhead: number, stretchedRoom: number): number {
  const last = tailOf(ratio, stretchedRoom);
  const share =
    last === greatestTail
      ? 1 - ratio ** (stretchedAhead - stretchedRoom)
      : (tailOf(ratio, stretchedAhead) - last) / (1 - last);
  return Math.min(1, Math.max(0, share));
}

/** S: the weight of all states with all servers busy, where that without a line has 1. */
export function busyStates(ratio: number, tail: number, beyond: number): number {
  return (1 - tail) / (1 - awayFromOne(ratio)) + tail * beyond;
}

/** P: share of the time in which all servers are busy. */
export function allBusyShare(loss: number, states: number): number {
  return (loss * states) / (1 + loss * (states - 1));
}

/** Share of Poisson arrivals that find no room. */
export function blockingShare(offered: number, servers: number, waitingRoom: number, variability = 1): number {
  const loss = erlangLoss(offered, servers);
  if (waitingRoom < 1 || servers <= 0) return loss;
  const ratio = awayFromOne(offered / servers);
  const tail = tailOf(ratio, waitingRoom / variability);
  const states = busyStates(ratio, tail, 1);
  return (allBusyShare(loss, states) * tail) / states;
}

/**
 * Services that start, in the mean, until a line of `waiting` is empty for the first time, which `ratio` join for each that starts, up to `room`:
 * the first passage of birth and death, by summing the 1 + ρ + ... + ρ^(K - i) from each i to i - 1 (Karlin and Taylor 1975, "A First
 * Course in Stochastic Processes", section 4.7). With room for any it never ends where ρ is 1 or more.
 */
export function startsUntilEmpty(waiting: number, ratio: number, room: number): number {
  const away = 1 - awayFromOne(ratio);
  const tail = tailOf(1 - away, room - waiting + 1);
  return (waiting - (tail * (1 - tailOf(1 - away, waiting))) / away) / away;
}

/**
 * By how many places, in the mean, those who join a line at its limit stand before its end, which `ratio` would join for each that starts:
 * birth and death is geometric from the limit down, stretched as its tail is, and even where it has no drift.
 */
export function depthBelowLimit(ratio: number, line: number, variability: number): number {
  return ratio > 1 ? Math.min(line / 2, variability / Math.log(ratio)) : line / 2;
}

/** The formulas have a limit, but no value, at a ratio of one. */
function awayFromOne(ratio: number): number {
  return ratio > 1 - 1e-6 && ratio < 1 + 1e-6 ? 1 - 1e-6 : ratio;
}
