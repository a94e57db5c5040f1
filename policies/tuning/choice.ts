import type { ServiceProfile } from '../../env/types.ts';
import { isBetter, scoreOf } from './score.ts';
import type { Trial } from './search.ts';

/** How much less a search's best spends than what was known, on workloads of one kind that had no say in choosing it. */
export interface Gain {
  readonly kind: 'recorded' | 'drawn' | 'all';
  readonly workloads: number;
  /** Mean over the workloads of the logarithm of the cost of what was known over that of the best. */
  readonly mean: number;
  readonly standardError: number;
}

/** The setting that a rule is given, and why. */
export interface Choice {
  readonly chosen: Trial;
  /** The best of the settings that were known before the search. */
  readonly known: Trial;
  /** The best of all. */
  readonly best: Trial;
  /**
   * `best-is-known`: the search found nothing better; `promise`: what is known falls shorter of the promise, or of its reserve; `beyond-error`: the gain
   * exceeds one standard error; `within-error`: it does not, and what is known is kept; `one-workload`: there is no error to tell, and the best is taken.
   */
  readonly reason: 'best-is-known' | 'promise' | 'beyond-error' | 'within-error' | 'one-workload';
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
 * settings owes some of its lead to chance: each workload in turn is left out, the best setting on the others is held against the known one on it. Where
 * some workloads are recorded and others drawn, the gain must exceed its error on either kind, as a setting must be good on both.
 * It is a mean, not the score's interquartile mean: a setting that loses much on one workload in five has not shown its gain.
 */
export function choose({ judged, known: names, ...options }: ChoiceOptions): Choice {
  const best = judged[0]!;
  const known = judged.find(({ specification }) => names.has(specification))!;
  const told = (reason: Choice['reason'], gains: readonly Gain[] = []): Choice => {
    const isKept = reason === 'best-is-known' || reason === 'within-error';
    return { chosen: isKept ? known : best, known, best, reason, gains };
  };
  if (best === known) return told('best-is-known');
  if (keepsMore(best, known)) return told('promise');
  const gains = gainsOver(
    known,
    judged.filter((one) => !keepsMore(best, one)),
    options,
  );
  if (gains.length === 0) return told('one-workload');
  return told(gains.every((one) => one.mean > one.standardError) ? 'beyond-error' : 'within-error', gains);
}

/** Of the promise or, that being equal, of its reserve. */
function keepsMore({ score: a }: Trial, { score: b }: Trial): boolean {
  return isBetter({ ...a, costRatio: 0 }, { ...b, costRatio: 0 });
}

function gainsOver(
  known: Trial,
  candidates: readonly Trial[],
  { profile, reserve, unsearched }: Pick<ChoiceOptions, 'profile' | 'reserve' | 'unsearched'>,
): Gain[] {
  const gains = unsearched.map((left) => {
    const without = (one: Trial) => one.score.traces.toSpliced(left, 1);
    const ratios = candidates.map((one) => scoreOf(profile, without(one), reserve).costRatio);
    const best = candidates[ratios.indexOf(Math.min(...ratios))]!;
    const { usd, isDrawn } = best.score.traces[left]!;
    return { isDrawn, gain: Math.log((known.score.traces[left]!.usd || 1) / (usd || 1)) };
  });
  const of = (isDrawn: boolean) => gains.filter((one) => one.isDrawn === isDrawn).map(({ gain }) => gain);
  const kinds = [gainOf('recorded', of(false)), gainOf('drawn', of(true))].filter((one) => one.workloads > 0);
  const isTold = kinds.every((one) => one.workloads >= leastForError);
  const told = isTold
    ? kinds
    : [
        gainOf(
          'all',
          gains.map(({ gain }) => gain),
        ),
      ];
  return told.filter((one) => one.workloads >= leastForError);
}

/** One number has no spread. */
const leastForError = 2;

function gainOf(kind: Gain['kind'], values: readonly number[]): Gain {
  const count = values.length;
  const mean = values.reduce((sum, one) => sum + one, 0) / count;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return { kind, workloads: count, mean, standardError: Math.sqrt(squares / (count - 1) / count) };
}
