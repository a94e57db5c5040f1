import type { ServiceProfile } from '../../env/types.ts';
import { missing, scoreOf, sourceMeans, targetAttainment } from './score.ts';
import type { Trial } from './search.ts';

/** How much less a search's best spends than what was known, on workloads of one kind that had no say in choosing it. */
export interface Gain {
  readonly kind: 'recorded' | 'drawn' | 'all';
  /** Two parts of one source are not independent: they count as one. */
  readonly sources: number;
  /** Mean over the sources of the logarithm of the cost of what was known over that of the best. */
  readonly mean: number;
  readonly standardError: number;
}

/** The setting that a rule is given, and why. */
export interface Choice {
  readonly chosen: Trial;
  /** The cheapest of the settings that were known before the search, of those that keep as much of the promise as any of them. */
  readonly known: Trial;
  /** The cheapest of those that keep as much of the promise as any. */
  readonly best: Trial;
  /**
   * `best-is-known`: the search found nothing better; `promise`: what is known falls shorter of the promise, or of its reserve; `beyond-error`: the gain
   * exceeds one standard error; `within-error`: it does not, and what is known is kept; `one-source`: there is no error to tell, and the best is taken.
   */
  readonly reason: 'best-is-known' | 'promise' | 'beyond-error' | 'within-error' | 'one-source';
  readonly gains: readonly Gain[];
}

export interface ChoiceOptions {
  readonly profile: ServiceProfile;
  readonly reserve: number;
  /** Settings run on all workloads, best first. */
  readonly judged: readonly Trial[];
  /** Specifications of the settings that were known before the search; at least one is judged. */
  readonly known: ReadonlySet<string>;
  /** Indices of the workloads that did not decide which settings were run on all. */
  readonly unsearched: readonly number[];
}

/**
 * The best setting, unless one that was known is within one standard error of it: the rule of Breiman, Friedman, Olshen and Stone, Classification and
 * Regression Trees (1984), section 3.4.3, where what is known stands for the simplest tree. As there the gain is cross-validated, since the best of many
 * settings owes some of its lead to chance: each source in turn is left out, the best setting on the others is held against the known one on it. Where
 * some workloads are recorded and others drawn, the gain must exceed its error on either kind, as a setting must be good on both.
 * What keeps more of the promise comes first, but only if it does so by more than one standard error too: a hair on one workload is not worth dollars on all.
 */
export function choose({ judged, known: names, ...options }: ChoiceOptions): Choice {
  const candidates = keepingMost(judged, options);
  const best = cheapest(candidates);
  const known = cheapest(
    keepingMost(
      judged.filter(({ specification }) => names.has(specification)),
      options,
    ),
  );
  const told = (reason: Choice['reason'], gains: readonly Gain[] = []): Choice => {
    const isKept = reason === 'best-is-known' || reason === 'within-error';
    return { chosen: isKept ? known : best, known, best, reason, gains };
  };
  if (best === known) return told('best-is-known');
  if (!candidates.includes(known)) return told('promise');
  const gains = gainsOver(known, candidates, options);
  if (gains.length === 0) return told('one-source');
  return told(gains.every((one) => one.mean > one.standardError) ? 'beyond-error' : 'within-error', gains);
}

type Terms = Pick<ChoiceOptions, 'profile' | 'reserve' | 'unsearched'>;

/** Those than which the best of the trials does not keep more of the promise; of these, those than which it does not keep more of its reserve. */
function keepingMost(trials: readonly Trial[], { profile, reserve }: Terms): readonly Trial[] {
  const keeping = [
    { target: targetAttainment(profile, 0), shortfall: (one: Trial) => one.score.shortfall },
    { target: targetAttainment(profile, reserve), shortfall: (one: Trial) => one.score.reserveShortfall },
  ];
  return keeping.reduce((left, { target, shortfall }) => {
    const most = left.reduce((best, one) => (shortfall(one) < shortfall(best) ? one : best));
    return left.filter((one) => shortfall(one) === shortfall(most) || !fallsShorter(one, most, target, profile));
  }, trials);
}

/** By more than one standard error over the sources. */
function fallsShorter(one: Trial, most: Trial, target: number, profile: ServiceProfile): boolean {
  const differences = one.score.traces.map((trace, place) => ({
    origin: trace.origin,
    more: missing(target, profile, trace) - missing(target, profile, most.score.traces[place]!),
  }));
  const values = sourceMeans(differences, ({ more }) => more);
  if (values.length < leastForError) return values[0]! > 0;
  const { mean, standardError } = meanOf(values);
  // Where one source alone differs the two are equal, but for rounding.
  return mean > standardError * (1 + 1e-9);
}

/** Of equals, the first. */
function cheapest(trials: readonly Trial[]): Trial {
  return trials.reduce((best, one) => (one.score.costRatio < best.score.costRatio ? one : best));
}

function gainsOver(known: Trial, candidates: readonly Trial[], { profile, reserve, unsearched }: Terms): Gain[] {
  const sources = [...new Set(unsearched.map((place) => known.score.traces[place]!.origin))];
  const gains = sources.map((left) => {
    const ratios = candidates.map(({ score }) => {
      const others = score.traces.filter(({ origin }) => origin !== left);
      return scoreOf(profile, others, reserve).costRatio;
    });
    const best = candidates[ratios.indexOf(Math.min(...ratios))]!;
    const places = unsearched.filter((place) => known.score.traces[place]!.origin === left);
    const [gain] = sourceMeans(
      places.map((place) => ({ ...best.score.traces[place]!, knownUsd: known.score.traces[place]!.usd })),
      ({ usd, knownUsd }) => Math.log((knownUsd || 1) / (usd || 1)),
    );
    return { isDrawn: known.score.traces[places[0]!]!.isDrawn, gain: gain! };
  });
  const of = (isDrawn: boolean) => gains.filter((one) => one.isDrawn === isDrawn).map(({ gain }) => gain);
  const kinds = [gainOf('recorded', of(false)), gainOf('drawn', of(true))].filter((one) => one.sources > 0);
  const isTold = kinds.every((one) => one.sources >= leastForError);
  const all = gains.map(({ gain }) => gain);
  return (isTold ? kinds : [gainOf('all', all)]).filter((one) => one.sources >= leastForError);
}

/** One number has no spread. */
const leastForError = 2;

function gainOf(kind: Gain['kind'], values: readonly number[]): Gain {
  return { kind, sources: values.length, ...meanOf(values) };
}

function meanOf(values: readonly number[]): Pick<Gain, 'mean' | 'standardError'> {
  const count = values.length;
  const mean = values.reduce((sum, one) => sum + one, 0) / count;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (count - 1) / count) };
}
