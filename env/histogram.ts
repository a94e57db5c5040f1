/**
 * A latency histogram that merges by addition: bins of equal ratio, 32 to the octave (2.2 % wide), from 0.25 ms up to about 70 minutes.
 * The bin is read off the bits of the number's float32 form, which costs no logarithm: within an octave the bins are
 * equally wide rather than of equal ratio, so a bin is 1.6 to 3.1 % wide.
 */
const binsPerOctave = 32;
const firstExponent = 127 - 2; // 2^-2 ms
export const histogramBins = 24 * binsPerOctave;

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

export function emptyHistogram(): Float64Array {
  return new Float64Array(histogramBins);
}

export function addHistograms(a: Float64Array, b: Float64Array): Float64Array {
  const sum = a.slice();
  for (let bin = 0; bin < sum.length; bin++) sum[bin]! += b[bin]!;
  return sum;
}

export function histogramBin(latencyMs: number): number {
  float[0] = latencyMs;
  const bin = (word[0]! >>> 18) - firstExponent * binsPerOctave;
  return bin < 0 ? 0 : bin >= histogramBins ? histogramBins - 1 : bin;
}

/** [bin] With the end of the last one: asked for by the million. */
const lowerMs = Float64Array.from({ length: histogramBins + 1 }, (_, bin) => {
  const octave = Math.floor(bin / binsPerOctave);
  return 2 ** (octave - 2) * (1 + (bin % binsPerOctave) / binsPerOctave);
});

/** Lower edge of a bin. */
export function binLowerMs(bin: number): number {
  return lowerMs[bin]!;
}

/** The latency below which the given share of the counted requests lies, linear within a bin; null where none was counted. */
export function quantileMs(histogram: Float64Array, share: number): number | null {
  let total = 0;
  for (let bin = 0; bin < histogramBins; bin++) total += histogram[bin]!;
  if (total === 0) return null;
  const wanted = share * total;
  let below = 0;
  for (let bin = 0; bin < histogramBins; bin++) {
    const count = histogram[bin]!;
    if (count > 0 && below + count >= wanted) {
      const inside = (wanted - below) / count;
      return binLowerMs(bin) + inside * (binLowerMs(bin + 1) - binLowerMs(bin));
    }
    below += count;
  }
  return binLowerMs(histogramBins);
}
