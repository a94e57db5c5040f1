import { z } from 'zod';
import { InputProblem } from '../../env/problem.ts';
import { networkLayout } from './layout.ts';
import type { LearnerState, NetworkSnapshot } from './snapshot.ts';

export const checkpointFormat = 'spillway-checkpoint';
export const checkpointVersion = 1;

const count = z.int().nonnegative();
const size = z.int().positive();

const hyperparameters = z.object({
  hidden: z.array(size).readonly(),
  sharedTrunk: z.boolean(),
  learningRate: z.number(),
  annealLearningRate: z.boolean(),
  discount: z.number(),
  gaeLambda: z.number(),
  epochs: z.number(),
  minibatchSize: z.number(),
  clip: z.number(),
  valueClip: z.number().nullable(),
  valueCoefficient: z.number(),
  entropyCoefficient: z.number(),
  annealEntropy: z.boolean(),
  maxGradientNorm: z.number(),
  klLimit: z.number().nullable(),
  normalizeObservations: z.boolean(),
  observationClip: z.number(),
  scaleRewards: z.boolean(),
  rewardClip: z.number(),
});

const network = z
  .object({
    observationSize: size,
    heads: z.array(size).min(1).readonly(),
    /** [layer] In the order of the weights file. */
    layers: z.array(z.object({ name: z.string(), inputs: size, outputs: size })).readonly(),
    hyperparameters,
    normalizer: z.object({
      enabled: z.boolean(),
      frozen: z.boolean(),
      clip: z.number(),
      count,
      mean: z.array(z.number()).readonly(),
      squares: z.array(z.number()).readonly(),
    }),
  })
  .refine(({ observationSize, normalizer: { mean, squares } }) => {
    return mean.length === observationSize && squares.length === observationSize;
  }, 'normalizer: its length differs from observationSize');

const manifest = z.looseObject({
  networks: z.record(z.string().regex(/^[a-z0-9-]+$/), network),
});

const resume = z.object({
  networks: z.record(
    z.string(),
    z.object({
      policySteps: count,
      criticSteps: count,
      returnScaler: z
        .object({ count, mean: z.number(), squares: z.number(), returns: z.array(z.number()).readonly() })
        .nullable(),
      random: z.array(z.number()).readonly(),
    }),
  ),
  caller: z.record(z.string(), z.unknown()).nullable(),
});

export type NetworkEntry = z.infer<typeof network>;
export type Manifest = z.infer<typeof manifest>;
export type Resume = z.infer<typeof resume>;

export function networkEntry({ shape, hyperparameters, normalizer }: NetworkSnapshot): NetworkEntry {
  const { observationSize, heads, layers } = networkLayout(shape, hyperparameters);
  return {
    observationSize,
    heads,
    layers: layers.map(({ name, inputs, outputs }) => ({ name, inputs, outputs })),
    hyperparameters,
    normalizer,
  };
}

export function trainingEntry(training: NonNullable<LearnerState['training']>): Resume['networks'][string] {
  const { optimizer, returnScaler, random } = training;
  return { policySteps: optimizer.policy.steps, criticSteps: optimizer.critic.steps, returnScaler, random };
}

/** @throws InputProblem for what is no manifest of a checkpoint that this version reads */
export function parseManifest(text: string, path: string): Manifest {
  const value = parseJson(text, path);
  const head = z.looseObject({ format: z.literal(checkpointFormat), version: z.number() }).safeParse(value);
  if (!head.success) {
    throw new InputProblem(
      `${path} is not the manifest of a Spillway checkpoint: its format is not ${checkpointFormat}.`,
    );
  }
  if (head.data.version !== checkpointVersion) {
    throw new InputProblem(
      `The checkpoint ${path} has version ${head.data.version}, and this Spillway reads version ${checkpointVersion}: train it anew, or use the Spillway that wrote it.`,
    );
  }
  return checked(manifest, value, path);
}

export function parseResume(text: string, path: string): Resume {
  return checked(resume, parseJson(text, path), path);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputProblem(`The checkpoint is damaged: ${path} is not JSON.`);
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path: where, message } = result.error.issues[0]!;
  throw new InputProblem(`The checkpoint is damaged: ${path} has a wrong ${where.join('.')} (${message}).`);
}
