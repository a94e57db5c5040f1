/** Many copies of one decision problem, stepped together; a world that reaches its end starts anew by itself. */
export interface Worlds {
  readonly count: number;
  readonly observationSize: number;
  /** [head] Options of each discrete head. */
  readonly heads: readonly number[];
  /** Fills [world, feature]. */
  observe(into: Float32Array): void;
  /** Fills [world, options of all heads in turn]: 1 allowed, 0 masked; at least one is allowed in every head. */
  mask(into: Uint8Array): void;
  /** Takes [world, head] and fills the result. */
  step(actions: Int32Array, result: WorldsStep): void;
}

export interface WorldsStep {
  /** [world] */
  readonly rewards: Float32Array;
  /** [world] Service-level misses beyond what is promised, in the unit that the Lagrange multiplier prices. */
  readonly violations: Float32Array;
  /** [world] 1 where the episode was cut here: a truncation, never a termination, so values bootstrap through it. */
  readonly truncated: Uint8Array;
  /** [world, feature] What would have been observed next; valid where truncated. */
  readonly finalObservations: Float32Array;
}
