/**
 * [number of yeses] Probability of each, where every level votes by itself and yes with its own chance (Poisson binomial distribution).
 *
 * @param chances [level]
 */
export function fleetOdds(chances: readonly number[]): Float64Array {
  const odds = new Float64Array(chances.length + 1);
  odds[0] = 1;
  for (const [level, chance] of chances.entries()) {
    for (let yeses = level + 1; yeses >= 0; yeses--) {
      odds[yeses] = odds[yeses]! * (1 - chance) + (yeses > 0 ? odds[yeses - 1]! * chance : 0);
    }
  }
  return odds;
}
