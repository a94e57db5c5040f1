import { join } from 'node:path';
import { InputProblem } from '../env/problem.ts';
import { readCheckpoint, writeCheckpoint } from './ppo/checkpoint.ts';
import type { LagrangeState } from './ppo/lagrange.ts';
import type { LearnerState } from './ppo/snapshot.ts';
import type { TrainingStage } from './training-progress.ts';
import type { Best, TrainingState } from './training-state.ts';

/**
 * The folder of a training run: `checkpoint` holds the best agent so far, `latest` all that going on takes,
 * `events` what TensorBoard reads.
 */
export function runFolders(folder: string): { checkpoint: string; latest: string; events: string } {
  return { checkpoint: join(folder, 'checkpoint'), latest: join(folder, 'latest'), events: join(folder, 'events') };
}

interface Remembered {
  readonly fingerprint: string;
  readonly wallSeconds: number;
  readonly stage: TrainingStage | 'done';
  readonly segment: number;
  readonly pools: readonly number[];
  readonly bestLevel: Omit<Best, 'state'> | null;
  readonly firstScore: number | null;
  readonly bestService: Omit<Best, 'state'> | null;
  readonly levelLagrange: LagrangeState;
  readonly serviceLagrange: LagrangeState;
}

/** @param fingerprint of the options, which must be the same when training goes on */
export async function writeLatest(
  folder: string,
  state: TrainingState,
  fingerprint: string,
  wallSeconds: number,
): Promise<void> {
  const { level, service, bestLevel, bestService, ...rest } = state;
  const networks: Record<string, LearnerState> = { level };
  if (service) networks.service = service;
  if (bestLevel) networks['best-level'] = { ...bestLevel.state, training: null };
  if (bestService) networks['best-service'] = { ...bestService.state, training: null };
  const remembered: Remembered = {
    ...rest,
    fingerprint,
    wallSeconds,
    bestLevel: withoutState(bestLevel),
    bestService: withoutState(bestService),
  };
  await writeCheckpoint(runFolders(folder).latest, { fields: { fingerprint }, networks, resume: { ...remembered } });
}

function withoutState(best: Best | null): Omit<Best, 'state'> | null {
  if (best === null) return null;
  const { state: _state, ...rest } = best;
  return rest;
}

/** @throws InputProblem where there is nothing to resume, or the run had other options */
export async function readLatest(
  folder: string,
  fingerprint: string,
): Promise<{ state: TrainingState; wallSeconds: number }> {
  const { networks, resume } = await readCheckpoint(runFolders(folder).latest);
  if (resume === null || !networks.level)
    throw new InputProblem(`${folder} holds no training run that could be resumed.`);
  const { fingerprint: written, wallSeconds, bestLevel, bestService, ...rest } = resume as unknown as Remembered;
  if (written !== fingerprint) {
    throw new InputProblem(
      `${folder} was begun with other options (service, traces, seed, steps or hyper-parameters), or by a Spillway with other features: ` +
        'repeat them exactly, or train into another --out without --resume.',
    );
  }
  const state: TrainingState = {
    ...rest,
    level: networks.level,
    service: networks.service ?? null,
    bestLevel: bestLevel && { ...bestLevel, state: networks['best-level']! },
    bestService: bestService && { ...bestService, state: networks['best-service']! },
  };
  return { state, wallSeconds };
}
