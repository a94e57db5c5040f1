/**
 * The loss whose expectation is least at the quantile (Koenker and Bassett 1978): a rate above the forecast costs its excess times the quantile,
 * one below it its shortfall times the rest.
 */
export function pinballLoss(quantile: number, actual: number, forecast: number): number {
  return actual >= forecast ? quantile * (actual - forecast) : (1 - quantile) * (forecast - actual);
}
