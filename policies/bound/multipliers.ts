import { concaveMaximum } from './concave-maximum.ts';
import type { Multipliers, Option } from './request-cost.ts';

/** Dollars of a Lagrangian at these prices: a lower bound at any of them. */
export type Dual = (multipliers: Multipliers) => number;

/** Leaves less than 1 % of the range. */
const searchRounds = 10;
/** The second search looks this far around what the first found, and leaves a tenth of that. */
const refinement = 0.12;
const refiningRounds = 5;

interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * The best price of accuracy, with the best price of misses for each; the dual is concave in both together, so nested searches find its top,
 * where one coordinate after the other would stop on a ridge. Sought on `rough`, and once more around that on `fine`.
 */
export function bestMultipliers(rough: Dual, fine: Dual, options: readonly (readonly Option[])[]): Multipliers {
  const { dearestUsd, steepestUsd } = priceRange(options.flat());
  const lacks = options.flat().map((one) => one.accuracyLack);
  const credit = Math.max(0, -Math.min(...lacks));
  const net = { from: 0, to: 3 * dearestUsd };
  // Where even the worst variant meets the floor, accuracy costs nothing.
  const accuracy = { from: 0, to: Math.max(...lacks) > 0 ? 1.5 * steepestUsd : 0 };
  const found = nested(rough, credit, net, accuracy, searchRounds);
  const netFound = found.missUsd - credit * found.accuracyUsd;
  return nested(fine, credit, around(netFound, net), around(found.accuracyUsd, accuracy), refiningRounds);
}

function around(value: number, { to }: Range): Range {
  return { from: value * (1 - refinement), to: value * (1 + refinement) + to * 0.002 };
}

/** What a miss costs after the credit for its accuracy (request-cost.ts), the net, depends little on the price of accuracy. */
function nested(dual: Dual, credit: number, net: Range, accuracy: Range, rounds: number): Multipliers {
  const at = (netUsd: number, accuracyUsd: number) => ({ missUsd: netUsd + credit * accuracyUsd, accuracyUsd });
  const bestNet = (accuracyUsd: number) =>
    concaveMaximum((netUsd) => dual(at(netUsd, accuracyUsd)), net.from, net.to, rounds);
  const accuracyUsd =
    accuracy.to === 0 ? 0 : concaveMaximum((usd) => bestNet(usd).value, accuracy.from, accuracy.to, rounds).at;
  return at(bestNet(accuracyUsd).at, accuracyUsd);
}

/** The dearest answer at the cheapest memory size, and the dearest step from one accuracy to the next, per unit of accuracy. */
function priceRange(options: readonly Option[]): { dearestUsd: number; steepestUsd: number } {
  const cheapest = new Map<number, number>(); // [accuracy lack] dollars
  for (const { accuracyLack, vmUsd, lambdaUsd } of options) {
    const usd = Math.max(vmUsd, lambdaUsd);
    if (lambdaUsd > 0) cheapest.set(accuracyLack, Math.min(usd, cheapest.get(accuracyLack) ?? usd));
  }
  const variants = [...cheapest].sort(([a], [b]) => b - a);
  const steps = variants.slice(1).map(([lack, usd], index) => {
    const [worseLack, worseUsd] = variants[index]!;
    return (usd - worseUsd) / (worseLack - lack);
  });
  const dearest = Math.max(...options.map((one) => one.vmUsd), ...cheapest.values());
  return { dearestUsd: dearest, steepestUsd: Math.max(0, ...steps) };
}
