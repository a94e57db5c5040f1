import type { ServiceProfile } from '../../env/types.ts';
import { sourceMeans } from './score.ts';
import type { Trial } from './search.ts';

/** How much less one setting spends than another, on workloads of one kind. */
export interface Gain extends Mean {
  readonly kind: 'recorded' | 'drawn' | 'all';
  /** Two parts of one source are not independent: they count as one. */
  readonly sources: number;
  /** Of the other sources, where the one that gains most is put aside; null: there are not enough. */
  readonly others: Mean | null;
}

/** Over sources, of the logarithm of what the one spends over what the other does. */
interface Mean {
  readonly mean: number;
  readonly standardError: number;
}

/** The setting that a rule is given, and why. */
export interface Choice {
  readonly chosen: Trial;
  /** The cheapest of the settings that were known before the search, of those that keep as much of the promise as any of them. */
  readonly known: Trial;
  /** What was held against it: what is chosen, or the cheapest of those that keep as much of the promise as any. */
  readonly best: Trial;
  /**
   * `best-is-known`: the search found nothing better; `promise`: what is known falls shorter of the promise, or of its reserve; `beyond-error`: the gain
   * is shown, as `choose` says; `within-error`: none is, and what is known is kept; `one-source`: there is no error to tell, and the best is taken.
   */
  readonly reason: 'best-is-known' | 'promise' | 'beyond-error' | 'within-error' | 'one-source';
  /** Of the best over what is known. */
  readonly gains: readonly Gain[];
}

export interface ChoiceOptions {
  readonly profile: ServiceProfile;
  /** Settings run on all workloads. */
  readonly judged: readonly Trial[];
  /** Specifications of the settings that were known before the search; at least one is judged. */
  readonly known: ReadonlySet<string>;
}

/**
 * The cheapest setting that has shown its gain; without any, what was known. A gain is shown if it exceeds one standard error, the rule of Breiman, Friedman,
 * Olshen and Stone, Classification and Regression Trees (1984), section 3.4.3, where what is known stands for the simplest tree; and if it does so still where
 * the source that gains most is put aside, for what one source alone gains has not been shown to carry over. Where some workloads are recorded and others
 * drawn, this must be so on either kind, as a setting must be good on both; failing that, on the one kind by two errors, with no loss on the other.
 * What keeps more of the promise comes first, but for a hair; and who gives a hair of it, or of its reserve, away must show twice as much in dollars, over the one that would
 * be chosen otherwise.
 */
export function choose({ judged, known: names, profile }: ChoiceOptions): Choice {
  const isKnown = ({ specification }: Trial) => names.has(specification);
  const candidates = keepingMost(judged, profile);
  const best = cheapest(candidates);
  if (!candidates.some(isKnown)) {
    const known = cheapest(keepingMost(judged.filter(isKnown), profile));
    return { chosen: best, known, best, reason: 'promise', gains: [] };
  }
  const known = cheapest(candidates.filter(isKnown));
  const cheaper = candidates.filter(({ score }) => score.costRatio < known.score.costRatio);
  if (cheaper.length === 0) return { chosen: known, known, best: known, reason: 'best-is-known', gains: [] };
  if (gainsOver(known, best).length === 0) return { chosen: best, known, best, reason: 'one-source', gains: [] };
  const careful =
    cheapestShown(
      cheaper.filter((one) => keepsAsMuch(one, known)),
      known,
      1,
    ) ?? known;
  const chosen =
    cheapestShown(
      cheaper.filter((one) => !keepsAsMuch(one, known)),
      careful,
      2,
    ) ?? careful;
  if (chosen === known) return { chosen, known, best, reason: 'within-error', gains: gainsOver(known, best) };
  return { chosen, known, best: chosen, reason: 'beyond-error', gains: gainsOver(known, chosen) };
}

/** Of those that have shown a gain over this one, by so many errors, the cheapest; on all kinds of workloads or, if none has, on one. */
function cheapestShown(trials: readonly Trial[], base: Trial, errors: number): Trial | null {
  const gains = trials
    .filter((one) => one.score.costRatio < base.score.costRatio)
    .map((one) => [one, gainsOver(base, one)] as const);
  for (const isShown of [isShownOnAll, isShownOnOne]) {
    const shown = gains.filter(([, each]) => isShown(each, errors)).map(([one]) => one);
    if (shown.length > 0) return cheapest(shown);
  }
  return null;
}

/** Those than which none keeps more of the promise, but for a hair; of these, those than which none keeps more of its reserve. */
function keepingMost(trials: readonly Trial[], { slo }: ServiceProfile): readonly Trial[] {
  const hair = hairShare * (1 - slo.attainment);
  const shortfalls = [(one: Trial) => one.score.shortfall, (one: Trial) => one.score.reserveShortfall];
  return shortfalls.reduce((left, shortfall) => {
    const least = Math.min(...left.map(shortfall));
    return left.filter((one) => shortfall(one) <= least + hair);
  }, trials);
}

/** Of the promise, and of its reserve. */
function keepsAsMuch({ score: one }: Trial, { score: known }: Trial): boolean {
  return one.shortfall <= known.shortfall && one.reserveShortfall <= known.reserveShortfall;
}

/** Of the misses that a promise allows on one workload: what is missing by so little on all of them together is not worth dollars on each. */
const hairShare = 1 / 10;

/** Of equals, the first. */
function cheapest(trials: readonly Trial[]): Trial {
  return trials.reduce((best, one) => (one.score.costRatio < best.score.costRatio ? one : best));
}

function isShownOnAll(gains: readonly Gain[], errors: number): boolean {
  return gains.every((one) => isShown(one, errors));
}

function isShownOnOne(gains: readonly Gain[], errors: number): boolean {
  return gains.length > 1 && gains.some((one) => isShown(one, 2 * errors)) && gains.every(({ mean }) => mean > 0);
}

function isShown({ others, ...all }: Gain, errors: number): boolean {
  const isBeyond = ({ mean, standardError }: Mean) => mean > errors * standardError;
  return isBeyond(all) && (others === null || isBeyond(others));
}

function gainsOver(known: Trial, one: Trial): Gain[] {
  const gains = one.score.traces.map(({ usd, origin, isDrawn }, place) => ({
    origin,
    isDrawn,
    gain: Math.log((known.score.traces[place]!.usd || 1) / (usd || 1)),
  }));
  const bySource = (some: typeof gains) => sourceMeans(some, ({ gain }) => gain);
  const of = (isDrawn: boolean) => bySource(gains.filter((each) => each.isDrawn === isDrawn));
  const kinds = [gainOf('recorded', of(false)), gainOf('drawn', of(true))].filter((each) => each.sources > 0);
  const isTold = kinds.every(({ sources }) => sources >= leastForError);
  return (isTold ? kinds : [gainOf('all', bySource(gains))]).filter(({ sources }) => sources >= leastForError);
}

/** One number has no spread. */
const leastForError = 2;

function gainOf(kind: Gain['kind'], values: readonly number[]): Gain {
  const others = values.toSorted((a, b) => a - b).slice(0, -1);
  return {
    kind,
    sources: values.length,
    ...meanOf(values),
    others: others.length < leastForError ? null : meanOf(others),
  };
}

function meanOf(values: readonly number[]): Mean {
  const count = values.length;
  const mean = values.reduce((sum, one) => sum + one, 0) / count;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (count - 1) / count) };
}
