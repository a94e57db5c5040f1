import { normalShareBelow } from '../../env/physics/lognormal.ts';
import type { VmPool } from '../../env/vm-pool.ts';

/** Boots are cut at quantiles this far from the median, in standard deviations. */
const farthest = 6;
const cuts = 240;

/**
 * Billed seconds that a ready VM costs before it is ready, in the mean, at the least: boots that take long may be given up and tried anew.
 * Cutting every boot at t costs E[min(boot, t)] / P(boot <= t) for each that succeeds, and no other strategy costs less than the best
 * such t (Luby, Sinclair and Zuckerman 1993).
 */
export function launchSeconds({ medianSeconds, sigma }: VmPool['boot']): number {
  if (sigma === 0) return medianSeconds;
  let least = medianSeconds * Math.exp(sigma ** 2 / 2);
  for (let cut = 0; cut <= cuts; cut++) {
    const z = -farthest / 2 + (1.5 * farthest * cut) / cuts;
    const share = normalShareBelow(z);
    if (share <= 1e-6) continue;
    const cutSeconds = medianSeconds * Math.exp(sigma * z);
    const partialMean = medianSeconds * Math.exp(sigma ** 2 / 2) * normalShareBelow(z - sigma);
    least = Math.min(least, (partialMean + cutSeconds * (1 - share)) / share);
  }
  return least;
}
