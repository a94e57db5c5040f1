import type { CountedRouter } from './counted-router.ts';

/** [class] Who waits. */
export type Lines = readonly number[];

/** Sum over those who wait of the place of their class in the order of service. */
export function depthOf(lines: Lines): number {
  return lines.reduce((sum, length, k) => sum + k * length, 0);
}

/** Lines of so many requests together, as far as the rooms go of the strictest classes, or of the least strict ones; the last class has what is left. */
export function fill({ rooms, shares }: CountedRouter, line: number, isStrictFirst: boolean): Lines {
  const lines = shares.map(() => 0);
  let left = line;
  for (let turn = 0; turn < lines.length; turn++) {
    const k = isStrictFirst ? turn : lines.length - 1 - turn;
    lines[k] = Math.min(left, rooms[k]!);
    left -= lines[k]!;
  }
  lines[lines.length - 1]! += left;
  return lines;
}
