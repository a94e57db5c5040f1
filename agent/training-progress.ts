import type { ValidationResult } from './validation.ts';

export type TrainingStage = 'lessons' | 'levels' | 'service';

/** Told while a training run goes on. */
export interface TrainingProgress {
  readonly stage: TrainingStage;
  /** Steps, or lessons, of the stage. */
  readonly done: number;
  readonly total: number;
  /** Of the newest validation; null before the first. */
  readonly validation: ValidationResult | null;
  /** [name] What the newest update says of itself; empty where there was none. */
  readonly scalars: Readonly<Record<string, number>>;
}

/** Scalars of an update or a validation under the stage's name, as TensorBoard groups them. */
export function named(stage: string, values: object): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => typeof value === 'number' && Number.isFinite(value))
      .map(([name, value]) => [`${stage}/${name}`, value as number]),
  );
}
