import { shown } from '../../shown.ts';
import { ServiceError } from '../operation.ts';
import { type Distribution, pointDistribution, quantile, shareUpTo } from './distribution.ts';
import type { Datum } from './series.ts';

/** Null: the bucket does not have it. */
export type Statistic = (datum: Datum) => number | null;

const basic: Readonly<Record<string, Statistic>> = {
  Sum: ({ sum }) => sum,
  SampleCount: ({ samples }) => samples,
  Average: ({ sum, samples }) => sum / samples,
  Minimum: ({ least }) => least,
  Maximum: ({ most }) => most,
};

const percentile = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/;
const rank = /^PR\((\d+(?:\.\d+)?)?:(\d+(?:\.\d+)?)?\)$/;

/** By its name, as in `Sum`, `p99`, `p99.90` or `PR(:0.5)` (CloudWatch user guide, "CloudWatch statistics definitions"). */
export function statisticNamed(name: unknown): Statistic {
  const text = typeof name === 'string' ? name : shown(name);
  if (Object.hasOwn(basic, text)) return basic[text]!;
  const share = percentile.exec(text)?.[1];
  if (share !== undefined) return (datum) => quantileOf(datum, Number(share) / 100);
  const [whole, from, to] = rank.exec(text) ?? [];
  if (whole !== undefined && (from !== undefined || to !== undefined)) return (datum) => rankOf(datum, from, to);
  throw new ServiceError('ValidationError', `The value ${text} for parameter Stat is not supported.`);
}

function quantileOf(datum: Datum, share: number): number | null {
  const known = distributionIn(datum);
  return known && Math.min(datum.most, Math.max(datum.least, quantile(known, share)));
}

/** In percent. */
function rankOf(datum: Datum, from: string | undefined, to: string | undefined): number | null {
  const known = distributionIn(datum);
  if (known === null) return null;
  const upTo = to === undefined ? 1 : shareUpTo(known, Number(to));
  return 100 * (upTo - (from === undefined ? 0 : shareUpTo(known, Number(from))));
}

/** Where only the ends are known they must be one value, or a single one (ibid., "Percentiles"). */
function distributionIn({ distribution, least, most, samples }: Datum): Distribution | null {
  return distribution ?? (least === most ? pointDistribution(least, samples) : null);
}
