import { InputProblem } from '../env/problem.ts';
import { initialFleet } from '../env/sim/initial-fleet.ts';
import { turned } from '../policies/evaluation/knob.ts';
import type { Cell, CellRun } from '../policies/evaluation/matrix.ts';
import { runPolicy } from '../policies/evaluation/run.ts';
import { policyOnItsClock } from './own-clock.ts';
import type { Fidelity, Parts } from './parts.ts';
import { pastOf, type TraceSource } from './trace-source.ts';

/** One run as plain data: whichever thread takes it builds its own objects. */
export interface EvaluationJob extends Cell {
  /** The policy with its parameters; `policy` is what it is called. */
  readonly specification: string;
  readonly service: string;
  /** A price book's file; null: the one that ships with Spillway. */
  readonly prices: string | null;
  readonly source: TraceSource;
  readonly fidelity: Fidelity;
  /** How many decisions the policy takes on its own clock. */
  readonly decisions: number;
  readonly warmUpSeconds: number;
  readonly keepsTimeline: boolean;
}

/** Progress is told about a hundred times a run, so that messages cost nothing. */
const progressReports = 100;

export async function runEvaluationJob(
  job: EvaluationJob,
  parts: Parts,
  onProgress: (decisions: number) => void | Promise<void>,
): Promise<CellRun> {
  const service = await parts.profile(job.service);
  const prices = await parts.prices(job.prices);
  const workload = await parts.workload(job.source);
  const past = await pastOf(job.source, parts);
  const { profile, policy } = await policyOnItsClock(job.specification, service, prices, parts);
  if (past !== null) policy.recall?.(past);
  policy.foresee?.(workload);
  const world = { fidelity: job.fidelity, profile, prices, workload, seed: job.seed };
  const environment = parts.simulator({ ...world, initialVms: initialFleet(service, workload) });
  const period = Math.ceil(job.decisions / progressReports);
  const { trace, seed, knob } = job;
  const run = await runPolicy({
    profile,
    policy: knob === undefined ? policy : turned(policy, knob, profile),
    environment,
    decisions: job.decisions,
    warmUpSeconds: job.warmUpSeconds,
    keepsTimeline: job.keepsTimeline,
    onProgress: (done) => (done % period === 0 || done === job.decisions ? onProgress(done) : undefined),
  });
  const cell = { trace, policy: job.policy, seed, ...(knob !== undefined && { knob }) };
  return { ...cell, parameters: policy.parameters, ...run };
}

/** How a failure crosses threads: what the reader may mend stays such. */
export interface Failure {
  readonly message: string;
  readonly stack: string | null;
  readonly isInputProblem: boolean;
}

export function failureOf(error: unknown): Failure {
  const isError = error instanceof Error;
  return {
    message: isError ? error.message : String(error),
    stack: isError ? (error.stack ?? null) : null,
    isInputProblem: error instanceof InputProblem,
  };
}

export function errorOf(failure: Failure): Error {
  if (failure.isInputProblem) return new InputProblem(failure.message);
  const error = new Error(failure.message);
  if (failure.stack !== null) error.stack = failure.stack;
  return error;
}
