/** One published number beside ours. */
export interface Figure {
  /** What was measured, and where: "MobileNet on Lambda, workload-120". */
  readonly name: string;
  readonly unit: Unit;
  readonly paper: Published;
  /** Null: the simulation gives none. */
  readonly ours: number | null;
  readonly role: Role;
  readonly tolerance: Tolerance;
  /** What the paper leaves open here, said where the figure is missed. */
  readonly open?: string;
}

/** `share` is a fraction of 1; `factor` a ratio of two numbers of the same kind. */
export type Unit = 'usd' | 'share' | 's' | 'ms' | 'count' | 'factor';

/**
 * `input`: the simulation was given it. `calibrated`: a parameter was fitted to it by the command. `predicted`: neither.
 */
export type Role = 'input' | 'calibrated' | 'predicted';

/** A value as printed, or a range: a band, or a sign where one end is open. */
export type Published = { readonly value: number } | { readonly least: number | null; readonly most: number | null };

/** `relative`: a share of the paper's value. `points`: percentage points of a share. `range`: inside the published range, or no further outside than `slack`, in its unit. */
export type Tolerance =
  | { readonly kind: 'relative'; readonly share: number }
  | { readonly kind: 'points'; readonly points: number }
  | { readonly kind: 'range'; readonly slack: number };

export interface Verdict {
  /** Relative, or in points as a share; for a range how far outside, in its unit. Null where there is no number of ours. */
  readonly error: number | null;
  readonly holds: boolean;
}

const roundingSlack = 1e-9;

export function verdict({ paper, ours, tolerance }: Figure): Verdict {
  if (ours === null || !Number.isFinite(ours)) return { error: null, holds: false };
  if ('value' in paper) return ofValue(paper.value, ours, tolerance);
  const outside =
    paper.least !== null && ours < paper.least
      ? ours - paper.least
      : paper.most !== null && ours > paper.most
        ? ours - paper.most
        : 0;
  const slack = tolerance.kind === 'range' ? tolerance.slack : 0;
  return { error: outside, holds: Math.abs(outside) <= slack + roundingSlack };
}

function ofValue(value: number, ours: number, tolerance: Tolerance): Verdict {
  const error = tolerance.kind === 'points' ? ours - value : ours / value - 1;
  const allowed =
    tolerance.kind === 'points' ? tolerance.points / 100 : tolerance.kind === 'relative' ? tolerance.share : 0;
  return { error, holds: Math.abs(error) <= allowed + roundingSlack };
}

export function value(printed: number): Published {
  return { value: printed };
}

/** A sign: the ratio or difference lies above. */
export function above(least: number): Published {
  return { least, most: null };
}

export function below(most: number): Published {
  return { least: null, most };
}

export function band(least: number, most: number): Published {
  return { least, most };
}

export function within(share: number): Tolerance {
  return { kind: 'relative', share };
}

export function points(percentagePoints: number): Tolerance {
  return { kind: 'points', points: percentagePoints };
}

export const inRange: Tolerance = { kind: 'range', slack: 0 };

export function near(slack: number): Tolerance {
  return { kind: 'range', slack };
}
