/** A policy at one setting of its knob. */
export interface CurvePoint {
  readonly usd: number;
  /** Share of the requests in time; null: none was finished. */
  readonly attainment: number | null;
  readonly accuracy: number | null;
}

export interface Target {
  readonly attainment: number;
  readonly accuracyFloor: number;
}

/** Accuracies are sums of rounded decimals; a mean that equals the floor must not miss it by an ulp. */
const tolerance = 1e-9;

/**
 * What a policy costs where it keeps the promised share in time and no more: between the cheapest of its points that keeps it and the
 * best of the cheaper ones that miss it, in a straight line; the cheapest that keeps it where no cheaper one misses it; null where none keeps it.
 * Points below the accuracy floor are no points.
 */
export function usdAtAttainment(points: readonly CurvePoint[], target: Target): number | null {
  const legal = points.flatMap(({ usd, attainment, accuracy }) =>
    attainment === null || (accuracy ?? 1) < target.accuracyFloor - tolerance ? [] : [{ usd, attainment }],
  );
  const kept = legal.filter((one) => one.attainment >= target.attainment);
  if (kept.length === 0) return null;
  const above = kept.reduce((best, one) => (one.usd < best.usd ? one : best));
  const cheaper = legal.filter((one) => one.attainment < target.attainment && one.usd < above.usd);
  if (cheaper.length === 0) return above.usd;
  const below = cheaper.reduce((best, one) => (one.attainment > best.attainment ? one : best));
  const part = (target.attainment - below.attainment) / (above.attainment - below.attainment);
  return below.usd + part * (above.usd - below.usd);
}
