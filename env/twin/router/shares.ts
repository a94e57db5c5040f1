/** Whole numbers that add to `count`, as near to the weights as that goes, none above its limit; what the limits leave over is left out. */
export function wholeShares(count: number, weights: readonly number[], limits: readonly number[]): number[] {
  const shares = weights.map(() => 0);
  let left = Math.min(
    count,
    limits.reduce((sum, limit) => sum + limit, 0),
  );
  const open = () => shares.flatMap((share, index) => (share < limits[index]! ? [index] : []));
  while (left > 0) {
    const places = open();
    const total = places.reduce((sum, index) => sum + weights[index]!, 0);
    const wished = (index: number) => (total > 0 ? (left * weights[index]!) / total : left / places.length);
    const given = places.map((index) => Math.min(limits[index]! - shares[index]!, Math.floor(wished(index))));
    places.forEach((index, at) => {
      shares[index]! += given[at]!;
    });
    const sum = given.reduce((one, other) => one + other, 0);
    // Less than one each: to those who wish for most.
    if (sum === 0) shares[places.reduce((best, index) => (wished(index) > wished(best) ? index : best))]! += 1;
    left -= Math.max(sum, 1);
  }
  return shares;
}
