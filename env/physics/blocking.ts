import { normalShareBelow } from './lognormal.ts';

/*
 * Share of Poisson arrivals that find no room, for `a` busy servers' worth of offered load, `c` servers and room for `K` waiting:
 * the stationary density of the many-server diffusion (Halfin and Whitt 1981; with a finite waiting room Whitt 2004,
 * "A diffusion approximation for the G/GI/n/m queue"): normal below c, exponential between c and c + K,
 *   B = e^(-βκ) / √a / (Φ(β)/φ(β) + (1 - e^(-βκ))/β),  β = (c - a)/√a,  κ = K/√a.
 * K = 0 gives Hayward's form of Erlang's loss formula.
 */
const cells = 1024;
const largestBeta = 6;
/** Where (c - a) K / a exceeds this, fewer than one request in 10^6 is blocked or waits that long. */
export const negligibleExponent = 14;
const normalRatio = Float64Array.from({ length: cells + 2 }, (_, cell) => {
  const beta = (cell / cells) * largestBeta;
  return normalShareBelow(beta) / (Math.exp((-beta * beta) / 2) / Math.sqrt(2 * Math.PI));
});

/** For loads up to the capacity (a ≤ c); beyond it the deterministic overflow of the queue rules, and a = c is taken. */
export function blockingShare(offered: number, servers: number, waitingRoom: number): number {
  if (offered <= 0) return 0;
  if (servers <= 0) return 1;
  const spare = Math.max(servers - offered, 0);
  const exponent = (spare * waitingRoom) / offered;
  if (exponent > negligibleExponent) return 0;
  const root = Math.sqrt(offered);
  const beta = spare / root;
  if (beta >= largestBeta) return 0;
  const decay = Math.exp(-exponent);
  const waiting = beta > 1e-6 ? (1 - decay) / beta : waitingRoom / root;
  return Math.min(1, decay / (root * (normalRatioAt(beta) + waiting)));
}

/** Share of arrivals that wait longer than it takes to work off `ahead` requests, in a queue without limit. */
export function waitingShare(offered: number, servers: number, ahead: number): number {
  if (offered <= 0) return 0;
  const spare = servers - offered;
  if (spare <= 0) return 1;
  const exponent = (spare * ahead) / offered;
  if (exponent > negligibleExponent) return 0;
  const beta = spare / Math.sqrt(offered);
  if (beta >= largestBeta) return 0;
  return Math.exp(-exponent) / (beta * normalRatioAt(beta) + 1);
}

function normalRatioAt(beta: number): number {
  const cell = (beta / largestBeta) * cells;
  const lower = Math.floor(cell);
  return normalRatio[lower]! + (cell - lower) * (normalRatio[lower + 1]! - normalRatio[lower]!);
}
