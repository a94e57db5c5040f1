import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { longestStretch, newestStretch } from '../../../env/workload/stretch.ts';

const stretchOf = (counts: readonly (number | null)[], mostGap = 2) =>
  longestStretch(counts, { name: 'mine', stepSeconds: 60, mostGap });

describe('the longest stretch of what is known', () => {
  test('is all of it where nothing is missing, zeros as they are', () => {
    const { workload, from, filled } = stretchOf([3, 0, 5])!;
    expect([...workload.requests]).toEqual([3, 0, 5]);
    expect({ from, filled }).toEqual({ from: 0, filled: 0 });
  });

  test('draws a short hole straight from neighbour to neighbour', () => {
    const { workload, filled } = stretchOf([10, null, null, 40])!;
    expect([...workload.requests]).toEqual([10, 20, 30, 40]);
    expect(filled).toBe(2);
  });

  test('ends at a long hole, and leaves unknown ends away', () => {
    const { workload, from } = stretchOf([null, 1, null, null, null, 5, 6, null])!;
    expect([...workload.requests]).toEqual([5, 6]);
    expect(from).toBe(5);
  });

  test('is none where nothing is known', () => {
    expect(stretchOf([null, null])).toBeNull();
    expect(stretchOf([])).toBeNull();
  });

  test('keeps every known bin of its own, and never goes beyond its neighbours', () => {
    const bins = fc.array(fc.option(fc.nat(1000)), { maxLength: 60 });
    fc.assert(
      fc.property(bins, fc.nat(5), (counts, mostGap) => {
        const found = stretchOf(counts, mostGap);
        if (found === null) return counts.every((count) => count === null);
        const part = counts.slice(found.from, found.from + found.workload.requests.length);
        const known = part.filter((count) => count !== null);
        const [least, most] = [Math.min(...known), Math.max(...known)];
        return part.every((count, bin) => {
          const told = found.workload.requests[bin]!;
          return count === null ? told >= least && told <= most : told === count;
        });
      }),
    );
  });
});

test('the newest stretch is the last one, however short', () => {
  const options = { name: 'mine', stepSeconds: 60, mostGap: 1 };
  const found = newestStretch([1, 2, 3, null, null, 4, null, 6, null], options)!;
  expect([...found.workload.requests]).toEqual([4, 5, 6]);
  expect(found.from).toBe(5);
  expect(newestStretch([null], options)).toBeNull();
});
