/** What a configuration is expected to do at one rate, or over a load. */
export interface Prediction {
  readonly usdPerSecond: number;
  /** Share of the requests answered within a time in ms, and how that is for a class: the router lets some wait longer. */
  readonly answeredWithin: (ms: number, classIndex: number) => number;
  readonly spilledShare: number;
}

/** Predictions at several rates, each with the share of the time in which it holds, as one. */
export function mixed(
  parts: readonly { readonly prediction: Prediction; readonly perSecond: number; readonly share: number }[],
): Prediction {
  const requests = parts.reduce((sum, one) => sum + one.perSecond * one.share, 0);
  const overRequests = (value: (prediction: Prediction) => number) =>
    requests === 0
      ? 1
      : parts.reduce((sum, one) => sum + value(one.prediction) * one.perSecond * one.share, 0) / requests;
  return {
    usdPerSecond: parts.reduce((sum, one) => sum + one.prediction.usdPerSecond * one.share, 0),
    answeredWithin: (ms, classIndex) => overRequests((one) => one.answeredWithin(ms, classIndex)),
    spilledShare: overRequests((one) => one.spilledShare),
  };
}

/** The time within which a share of all requests is answered; infinity where it never is. */
export function quantileMs(prediction: Prediction, classShares: readonly number[], share: number): number {
  const answered = (ms: number) =>
    classShares.reduce((sum, part, classIndex) => sum + part * prediction.answeredWithin(ms, classIndex), 0);
  let high = 1;
  while (answered(high) < share) {
    high *= 2;
    if (high > 1e8) return Number.POSITIVE_INFINITY;
  }
  let low = high / 2;
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    if (answered(middle) < share) low = middle;
    else high = middle;
  }
  return high;
}
