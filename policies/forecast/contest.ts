import type { Forecaster } from './forecaster.ts';
import type { ForecasterKind } from './kinds.ts';
import { pinballLoss } from './pinball.ts';

export interface ContestTerms {
  readonly kinds: readonly Pick<ForecasterKind, 'name' | 'create'>[];
  readonly intervalSeconds: number;
  /** [interval] Requests per second. */
  readonly rates: ArrayLike<number>;
  /** Intervals ahead, rising. */
  readonly horizons: readonly number[];
  /** Rising. */
  readonly quantiles: readonly number[];
}

/** How one forecaster did. */
export interface ContestResult {
  readonly name: string;
  /** [horizon] Forecasts that were judged. */
  readonly forecasts: readonly number[];
  /** [horizon][quantile] Mean pinball loss, in requests per second; null: nothing was judged. */
  readonly losses: readonly (readonly (number | null)[])[];
  /** [horizon][quantile] That over the mean loss of the first kind, forecast at the same moments; null: there is none. */
  readonly relative: readonly (readonly (number | null)[])[];
}

/** Lets forecasters see the same rates one by one, and judges at every moment what they say of the intervals ahead. */
export function forecastContest(terms: ContestTerms): ContestResult[] {
  const losses = terms.kinds.map((kind) => lossesOf(kind.create(terms.intervalSeconds), terms));
  return terms.kinds.map(({ name }, index) => resultOf(name, losses[index]!, losses[0]!, terms));
}

/** [horizon][quantile][moment] NaN: there was no forecast. */
type Losses = readonly (readonly Float64Array[])[];

function lossesOf(forecaster: Forecaster, { rates, horizons, quantiles }: ContestTerms): Losses {
  const furthest = horizons.at(-1)!;
  const losses = horizons.map(() => quantiles.map(() => new Float64Array(rates.length).fill(Number.NaN)));
  for (let moment = 0; moment < rates.length; moment++) {
    forecaster.observe(rates[moment]!);
    for (const [place, quantile] of quantiles.entries()) {
      const forecast = forecaster.forecast(furthest, quantile);
      for (const [at, horizon] of horizons.entries()) {
        const actual = rates[moment + horizon];
        if (forecast === null || actual === undefined) continue;
        losses[at]![place]![moment] = pinballLoss(quantile, actual, forecast[horizon - 1]!);
      }
    }
  }
  return losses;
}

function resultOf(name: string, own: Losses, first: Losses, { horizons, quantiles }: ContestTerms): ContestResult {
  const over = horizons.map((_, at) => quantiles.map((_, place) => means(own[at]![place]!, first[at]![place]!)));
  return {
    name,
    forecasts: over.map((one) => one[0]!.count),
    losses: over.map((one) => one.map(({ count, mean }) => (count > 0 ? mean : null))),
    relative: over.map((one) => one.map(({ mean, other }) => (other > 0 ? mean / other : null))),
  };
}

/** Over the moments at which both forecast. */
function means(own: Float64Array, first: Float64Array): { count: number; mean: number; other: number } {
  let [count, sum, otherSum] = [0, 0, 0];
  for (const [moment, loss] of own.entries()) {
    const other = first[moment]!;
    if (Number.isNaN(loss) || Number.isNaN(other)) continue;
    count++;
    sum += loss;
    otherSum += other;
  }
  return { count, mean: sum / count, other: otherSum / count };
}
