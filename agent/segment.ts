import { collectRollout } from './ppo/collect.ts';
import type { Learner } from './ppo/learner.ts';
import type { Rollout } from './ppo/rollout.ts';
import type { TrainingSizes } from './training-options.ts';
import { named, type TrainingProgress, type TrainingStage } from './training-progress.ts';
import type { ValidationResult } from './validation.ts';
import type { Worlds } from './worlds.ts';

/** Critic-only updates at the beginning, so that the value knows the imitated policy before the policy learns from it. */
const criticOnlyUpdates = 6;

export interface Segment {
  readonly stage: TrainingStage;
  readonly learner: Learner;
  /** New worlds: nothing of an earlier segment is in them, so a run can be resumed between two. */
  readonly worlds: Worlds;
  /** Price of a violation. */
  readonly multiplier: number;
  readonly segment: number;
  readonly segments: number;
  /** Of the best state so far, to be shown. */
  readonly validation: ValidationResult | null;
  readonly sizes: Pick<TrainingSizes, 'rolloutSteps' | 'updatesPerSegment'>;
}

/** Some PPO updates in a row. */
export async function runSegment(
  { stage, learner, worlds, multiplier, segment, segments, validation, sizes }: Segment,
  onProgress: (progress: TrainingProgress) => void | Promise<void>,
): Promise<void> {
  const { rolloutSteps, updatesPerSegment } = sizes;
  const updates = segments * updatesPerSegment;
  const steps = worlds.count * rolloutSteps;
  let rollout: Rollout | undefined;
  for (let update = segment * updatesPerSegment; update < (segment + 1) * updatesPerSegment; update++) {
    rollout = await collectRollout(worlds, learner, rolloutSteps, multiplier, rollout);
    const statistics = await learner.update(rollout, update / updates, { criticOnly: update < criticOnlyUpdates });
    const { meanReward, meanViolation } = rollout;
    const scalars = { ...named(stage, statistics), ...named(stage, { meanReward, meanViolation, multiplier }) };
    await onProgress({ stage, done: (update + 1) * steps, total: updates * steps, validation, scalars });
  }
}
