import { createHash } from 'node:crypto';
import { InputProblem } from '../env/problem.ts';
import type { FeatureRanges } from './feature-ranges.ts';
import type { LearnerState } from './ppo/snapshot.ts';
import type { SavedAgent } from './saved-agent.ts';

/** A trained agent that another training begins with. */
export interface StartingPoint {
  readonly name: string;
  /** Of its weights. */
  readonly hash: string;
  readonly level: LearnerState;
  readonly service: LearnerState | null;
  /** What its level network saw in training; null: nobody has measured it. */
  readonly levelRanges: FeatureRanges | null;
  /** Names of the pools that it acts on. */
  readonly pools: readonly string[];
}

/** @throws InputProblem where its normalisation and its hyper-parameters do not belong together */
export function startingPoint(folder: string, { facts, level, service }: SavedAgent): StartingPoint {
  const hash = createHash('sha256');
  for (const network of [level, service]) {
    if (!network) continue;
    checkNormaliser(folder, network);
    hash.update(
      new Uint8Array(network.parameters.buffer, network.parameters.byteOffset, network.parameters.byteLength),
    );
  }
  return {
    ...{ name: facts.name, hash: hash.digest('hex').slice(0, 16), level, service, pools: facts.pools },
    levelRanges: facts.ranges?.level ?? null,
  };
}

function checkNormaliser(folder: string, { normalizer, hyperparameters }: LearnerState): void {
  const { enabled, clip, count } = normalizer;
  const { normalizeObservations, observationClip } = hyperparameters;
  if (enabled === normalizeObservations && clip === observationClip && (count > 0 || !enabled)) return;
  throw new InputProblem(
    `--from ${folder}: its normalisation (${count} rows seen, cut at ${clip}) is not that of its hyper-parameters (cut at ${observationClip}): ` +
      'begin with a checkpoint that `spillway train` has written.',
  );
}
