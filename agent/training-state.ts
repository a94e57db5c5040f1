import type { LagrangeState } from './ppo/lagrange.ts';
import type { LearnerState } from './ppo/snapshot.ts';
import type { TrainingStage } from './training-progress.ts';
import type { ValidationResult } from './validation.ts';

/** A network that was best on validation. */
export interface Best {
  readonly state: LearnerState;
  readonly score: number;
  /** Of a level network, by LevelYardstick; null for a service network. */
  readonly levelScore: number | null;
  readonly validation: ValidationResult;
  /** PPO steps that it had taken; 0: as it was imitated. */
  readonly steps: number;
}

/** Everything that a run needs to go on exactly where it was, between two segments. */
export interface TrainingState {
  readonly stage: TrainingStage | 'done';
  /** Segments of the stage that are done. */
  readonly segment: number;
  readonly pools: readonly number[];
  readonly level: LearnerState;
  readonly bestLevel: Best | null;
  /** On validation, of the first candidate for the best: imitated, or the agent that training began with; null before there is one. */
  readonly firstScore: number | null;
  readonly levelLagrange: LagrangeState;
  readonly service: LearnerState | null;
  readonly bestService: Best | null;
  readonly serviceLagrange: LagrangeState;
}
