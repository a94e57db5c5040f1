import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binLowerMs, emptyHistogram, histogramBin, histogramBins, quantileMs } from '../../env/histogram.ts';

const latencies = fc.array(fc.double({ min: 0.25, max: 3e6, noNaN: true }), { minLength: 1, maxLength: 60 });

function histogramOf(values: readonly number[]): Float64Array {
  const histogram = emptyHistogram();
  for (const one of values) histogram[histogramBin(one)]!++;
  return histogram;
}

describe('a latency histogram', () => {
  test('puts every latency into the bin whose edges hold it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.25, max: 4e6, noNaN: true }), (latency) => {
        const bin = histogramBin(latency);
        // Edges are float32 numbers, so a latency just below one may be rounded up to it.
        expect(latency).toBeGreaterThan(binLowerMs(bin) * (1 - 1e-7));
        expect(latency).toBeLessThan(binLowerMs(bin + 1) * (1 + 1e-7));
      }),
    );
  });

  test('has bins of 1.6 to 3.2 %, one after the other', () => {
    for (let bin = 0; bin < histogramBins; bin++) {
      const width = binLowerMs(bin + 1) / binLowerMs(bin) - 1;
      expect(width).toBeGreaterThan(0.0158);
      expect(width).toBeLessThan(0.0313);
    }
  });

  test('keeps what is out of range in the first and the last bin', () => {
    expect(histogramBin(0)).toBe(0);
    expect(histogramBin(0.1)).toBe(0);
    expect(histogramBin(1e12)).toBe(histogramBins - 1);
    expect(histogramBin(Number.POSITIVE_INFINITY)).toBe(histogramBins - 1);
  });

  test('tells a quantile within the width of a bin', () => {
    fc.assert(
      fc.property(latencies, fc.double({ min: 0.001, max: 1, noNaN: true }), (values, share) => {
        const exact = values.toSorted((a, b) => a - b)[Math.ceil(share * values.length - 1e-9) - 1]!;
        const told = quantileMs(histogramOf(values), share)!;
        expect(Math.abs(told / exact - 1)).toBeLessThan(0.0313);
      }),
    );
  });

  test('tells quantiles that rise with the share', () => {
    const histogram = histogramOf([1, 5, 5, 20, 300]);
    const told = [0.1, 0.3, 0.5, 0.7, 0.9, 1].map((share) => quantileMs(histogram, share)!);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });

  test('has no quantile where nothing was counted', () => {
    expect(quantileMs(emptyHistogram(), 0.5)).toBeNull();
  });
});
