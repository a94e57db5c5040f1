import { type Figure, type Published, type Unit, verdict } from './figure.ts';
import type { Score } from './score.ts';

/** A figure in the words of a reader. */
export interface ShownFigure {
  readonly name: string;
  readonly paper: string;
  readonly ours: string;
  readonly error: string;
  readonly role: string;
  readonly tolerance: string;
  readonly holds: string;
}

export function shownFigure(figure: Figure): ShownFigure {
  const { name, unit, paper, ours, role } = figure;
  const { holds } = verdict(figure);
  return {
    name,
    paper: shownPublished(paper, unit),
    ours: shownNumber(ours, unit),
    error: shownError(figure),
    role,
    tolerance: role === 'input' ? '-' : shownTolerance(figure),
    holds: role === 'input' ? '-' : holds ? 'yes' : 'NO',
  };
}

function shownNumber(number: number | null, unit: Unit): string {
  if (number === null || !Number.isFinite(number)) return '-';
  if (unit === 'usd') return `$${number.toFixed(3)}`;
  if (unit === 'share') return `${(100 * number).toFixed(1)}%`;
  if (unit === 'count') return number.toFixed(number >= 20 || Number.isInteger(number) ? 0 : 1);
  const digits = Math.abs(number) >= 1000 ? number.toFixed(0) : `${Number(number.toPrecision(3))}`;
  return unit === 'factor' ? digits : `${digits} ${unit}`;
}

function shownPublished(paper: Published, unit: Unit): string {
  if ('value' in paper) return shownNumber(paper.value, unit);
  const { least, most } = paper;
  if (least === null) return `below ${shownNumber(most, unit)}`;
  if (most === null) return `above ${shownNumber(least, unit)}`;
  return `${shownNumber(least, unit)} to ${shownNumber(most, unit)}`;
}

function shownError(figure: Figure): string {
  const { error, holds } = verdict(figure);
  if (error === null) return '-';
  if (figure.tolerance.kind === 'range') return holds ? 'inside' : 'outside';
  const sign = error < 0 ? '' : '+';
  const unit = figure.tolerance.kind === 'points' ? ' points' : '%';
  return `${sign}${(100 * error).toFixed(1)}${unit}`;
}

function shownTolerance({ tolerance, unit }: Figure): string {
  if (tolerance.kind === 'range') {
    if (tolerance.slack === 0) return 'in range';
    return unit === 'share' ? `${Number((100 * tolerance.slack).toFixed(2))} points` : `${tolerance.slack}`;
  }
  return tolerance.kind === 'points' ? `${tolerance.points} points` : `${Number((100 * tolerance.share).toFixed(1))}%`;
}

/** The sentence that a score is; of calibrated figures and inputs it speaks where there are any. */
export function scoreSentence({ predicted, calibrated, inputs }: Score): string {
  const fitted = calibrated.of === 0 ? '' : `, ${calibrated.held} of ${calibrated.of} calibrated ones`;
  const given = inputs === 0 ? '' : `; ${inputs} ${inputs === 1 ? 'is an input' : 'are inputs'}`;
  return `${predicted.held} of ${predicted.of} predicted figures hold${fitted}${given}.`;
}

/** [sentence] Why the missed figures of an experiment are missed, each reason once with the figures that it is given for. */
export function missReasons(
  figures: readonly Figure[],
): { readonly names: readonly string[]; readonly because: string }[] {
  const reasons = new Map<string, string[]>();
  for (const figure of figures) {
    if (figure.role === 'input' || verdict(figure).holds) continue;
    const because = figure.open ?? 'No reason is known.';
    reasons.set(because, [...(reasons.get(because) ?? []), figure.name]);
  }
  return [...reasons].map(([because, names]) => ({ names, because }));
}
