/** `unknown`: it could not be looked at, so nothing is claimed. */
export const findingStates = ['ok', 'warning', 'problem', 'unknown'] as const;

/** One thing that the doctor looked at. */
export interface Finding {
  readonly check: string;
  /** What was looked at: the name of a group, a function, a metric. */
  readonly subject: string;
  readonly state: (typeof findingStates)[number];
  readonly said: string;
  /** What to do about it; null where nothing needs to be done. */
  readonly remedy: string | null;
}

/** The findings of one check about one subject. */
export function about(check: string, subject: string) {
  const found = (state: Finding['state'], said: string, remedy: string | null): Finding => ({
    ...{ check, subject, state, said, remedy },
  });
  return {
    ok: (said: string) => found('ok', said, null),
    warning: (said: string, remedy: string) => found('warning', said, remedy),
    problem: (said: string, remedy: string) => found('problem', said, remedy),
    unknown: (said: string, remedy: string) => found('unknown', said, remedy),
  };
}
