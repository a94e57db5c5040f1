/**
 * Where a monotone function meets a target, between `least` and `most`: the middle of the last of `steps` halvings.
 * Outside the range of the function it is the nearer end.
 */
export function bisect(
  target: number,
  [least, most]: readonly [number, number],
  valueAt: (x: number) => number,
  steps = 14,
): number {
  let low = least;
  let high = most;
  const isRising = valueAt(most) >= valueAt(least);
  for (let step = 0; step < steps; step++) {
    const middle = (low + high) / 2;
    if (valueAt(middle) < target === isRising) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
