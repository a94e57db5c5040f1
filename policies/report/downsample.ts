/** How a point stands for the steps that it covers. */
export type Keep = 'max' | 'min' | 'last';

/** Steps that one point covers, so that no more than `most` points are drawn. */
export function stepsPerPoint(steps: number, most: number): number {
  return Math.max(1, Math.ceil(steps / most));
}

/** [step] → [point]. A peak of the load, or a dip of the capacity, survives; null where a point covers only nulls. */
export function downsample(values: readonly (number | null)[], perPoint: number, keep: Keep): (number | null)[] {
  const points: (number | null)[] = [];
  for (let start = 0; start < values.length; start += perPoint) {
    points.push(pointOf(values, start, Math.min(start + perPoint, values.length), keep));
  }
  return points;
}

function pointOf(values: readonly (number | null)[], start: number, end: number, keep: Keep): number | null {
  if (keep === 'last') return rounded(values[end - 1]!);
  let point: number | null = null;
  for (let index = start; index < end; index++) {
    const value = values[index]!;
    if (value === null) continue;
    if (point === null || (keep === 'max' ? value > point : value < point)) point = value;
  }
  return rounded(point);
}

/** Four digits are more than a chart shows, and half the bytes. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}
