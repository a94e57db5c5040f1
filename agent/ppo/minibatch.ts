import type { Random } from '../../env/random.ts';

type Column = Float32Array | Int32Array | Uint8Array;

/** The row numbers 0 … rows − 1 in random order (Fisher and Yates). */
export function shuffled(rows: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  for (let last = rows - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const row = order[last]!;
    order[last] = order[other]!;
    order[other] = row;
  }
  return order;
}

/** Cuts an order into equal parts of about `size`, none empty. */
export function* parts(order: Int32Array, size: number): Generator<Int32Array> {
  const count = Math.max(1, Math.round(order.length / size));
  for (let part = 0; part < count; part++) {
    const rows = partOf(order, part, count);
    if (rows.length > 0) yield rows;
  }
}

/** One of `count` nearly equal parts of an order. */
export function partOf(order: Int32Array, part: number, count: number): Int32Array {
  return order.subarray(Math.floor((part * order.length) / count), Math.floor(((part + 1) * order.length) / count));
}

/** Copies the given rows, each `width` long, one after the other into a new array. */
export function gather<T extends Column>(source: T, width: number, rows: Int32Array): T {
  const gathered = new (source.constructor as new (length: number) => T)(rows.length * width);
  if (width >= 16) {
    for (const [to, row] of rows.entries()) gathered.set(source.subarray(row * width, (row + 1) * width), to * width);
    return gathered;
  }
  for (let to = 0, at = 0; to < rows.length; to++) {
    for (let from = rows[to]! * width, end = from + width; from < end; from++, at++) gathered[at] = source[from]!;
  }
  return gathered;
}
