import type { Actor } from './ppo/forward.ts';

/** Rows that a network is asked about. */
export interface Question {
  readonly actor: Actor;
  /** [row, feature] As observed; there may be more rows than are asked about. */
  readonly features: Float32Array;
  readonly count: number;
  /** [row, option] Where the answer goes. */
  readonly logits: Float32Array;
}

/** What asks networks on its way to a result, and goes on once the answer lies in the question's logits. */
export type Asking<Result> = Generator<Question, Result, void>;

/** Answers each question as it is asked. */
export function answered<Result>(asking: Asking<Result>): Result {
  for (;;) {
    const { done, value } = asking.next();
    if (done) return value;
    value.actor.logitsBatch(value.features, value.count, value.logits);
  }
}
