import type { Hyperparameters } from './hyperparameters.ts';
import type { NetworkShape } from './layout.ts';
import type { NormalizerState } from './normalizer.ts';
import type { OptimizerState } from './optimizer.ts';
import type { ReturnScalerState } from './return-scaler.ts';

/** What acting takes. */
export interface NetworkSnapshot {
  readonly shape: NetworkShape;
  readonly hyperparameters: Hyperparameters;
  /** In the order of layout.ts. */
  readonly parameters: Float32Array;
  readonly normalizer: NormalizerState;
}

/** What going on with training takes besides. */
export interface LearnerState extends NetworkSnapshot {
  /** Null: a checkpoint for acting alone. */
  readonly training: {
    readonly optimizer: OptimizerState;
    readonly returnScaler: ReturnScalerState | null;
    readonly random: readonly number[];
  } | null;
}
