/** One line of the bench: what was measured, and what it is to reach. */
export interface Figure {
  readonly name: string;
  /** Null: it was not measured, and `note` says why. */
  readonly value: number | null;
  readonly unit: string;
  readonly goal: { readonly atLeast: number } | { readonly atMost: number };
  readonly note?: string;
}

export function isReached({ value, goal }: Figure): boolean {
  if (value === null) return false;
  return 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
}
