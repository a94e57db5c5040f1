/** A pool as the router finds it. */
export interface CountedPool {
  readonly slots: number;
  /** Mean service times of the variant in force and of the others; null: there is none, or its answers would be late. */
  readonly serviceSeconds: number;
  readonly smallerSeconds: number | null;
  readonly largerSeconds: number | null;
  /** What an answer by these adds to the credit. */
  readonly smallerGain: number;
  readonly largerGain: number;
  /** [class] Whether its deadline bears the larger variant. */
  readonly isQuick: readonly boolean[];
  /** As in the profile. */
  readonly contention: number;
}

/** What is counted: the router `overflow` in front of pools in turn, with lines so short that they come and go within a second. */
export interface CountedRouter {
  readonly pools: readonly CountedPool[];
  readonly readyVms: number;
  readonly serviceCv: number;
  /** [class] */
  readonly shares: readonly number[];
  readonly slackSeconds: readonly number[];
  readonly deadlineSeconds: readonly number[];
  /** [class] Places in line: up to which one may wait; may wait on credit; and beyond which a start is under pressure. */
  readonly rooms: readonly number[];
  readonly stretched: readonly number[];
  readonly pressed: readonly number[];
  /** What an answer by the variant in force adds to the credit, here or on Lambda. */
  readonly gain: number;
  readonly credit: CountedCredit;
}

/** What smaller answers are paid from: credit for whatever is wanted, or only what the answers earn, from nothing on; or they are not. */
export type CountedCredit = 'ample' | 'earned' | 'none';

export const firstCredit: Readonly<Record<CountedCredit, number>> = {
  ample: Number.POSITIVE_INFINITY,
  earned: 0,
  none: Number.NEGATIVE_INFINITY,
};
