/** Round values between two limits, about so many. */
export function niceTicks(from: number, to: number, about: number): number[] {
  const step = niceStep((to - from) / about);
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) ticks.push(tick);
  return ticks;
}

function niceStep(rough: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  return magnitude * ([1, 2, 5, 10].find((factor) => factor * magnitude >= rough) ?? 10);
}
