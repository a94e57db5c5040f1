/** [bin] Requests per second in consecutive bins. */
export function ratesPerBin(counts: ArrayLike<number>, binSeconds: number): number[] {
  return Array.from({ length: counts.length / binSeconds }, (_, bin) => {
    let sum = 0;
    for (let second = 0; second < binSeconds; second++) sum += counts[bin * binSeconds + second]!;
    return sum / binSeconds;
  });
}
