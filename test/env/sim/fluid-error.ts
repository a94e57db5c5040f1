import { attainment, meanAccuracy, totalRequests, totalUsd } from '../../../env/outcome.ts';
import type { RandomCase } from './random-service.ts';
import { simulate } from './small-service.ts';

/** How far the fluid is off the request level: of dollars in parts; of attainment, the spilled share and the mean accuracy in points of 1. */
export interface FluidError {
  readonly usd: number;
  readonly attainment: number;
  readonly spilled: number;
  readonly accuracy: number;
}

/** How far it may be off, in the mean over what is drawn. */
export interface Bounds {
  readonly usd: number;
  readonly attainment: number;
  readonly accuracy: number;
}

/** What the project promises of the fluid where it promises something. */
export const bounds: Bounds = { usd: 0.02, attainment: 0.01, accuracy: 0.002 };

export async function fluidError(options: Omit<Parameters<typeof simulate>[0], 'fidelity'>): Promise<FluidError> {
  const fluid = await simulate({ ...options, fidelity: 'fluid' });
  const exact = await simulate({ ...options, fidelity: 'request-level' });
  return {
    usd: totalUsd(fluid.total) / totalUsd(exact.total) - 1,
    attainment: (attainment(fluid.total.classes) ?? 1) - (attainment(exact.total.classes) ?? 1),
    spilled: (fluid.total.spilled - exact.total.spilled) / Math.max(1, totalRequests(exact.total)),
    accuracy: (meanAccuracy(fluid.total) ?? 0) - (meanAccuracy(exact.total) ?? 0),
  };
}

/** With other service times and boots on the same counts and actions, for each of `runs` seeds. */
function errorOfRun({ profile, workload, actions, seed }: RandomCase, run: number): Promise<FluidError> {
  const shifted = (seed + run) % 0x7fffffff;
  return fluidError({ profile, workload, actions, intervals: actions.length, seed: shifted });
}

/** What was found of a case: a quarter of an hour at the request level is a random draw itself, so it takes several. */
export interface MeasuredError {
  readonly mean: FluidError;
  readonly standardError: FluidError;
  /** [run] The fluid against one draw of the request level; they scatter by the request level's dice alone, since both have the same boots. */
  readonly runs: readonly FluidError[];
}

const leastRuns = 4;
const mostRuns = 32;
/** Standard errors on either side of a mean within which the truth is taken to lie; so many beyond a bound it surely is beyond, even after few runs. */
const certainty = 2;
const beyondDoubt = 5;
/** A bound may be exceeded by the doubt about a mean, but by no more than this part of it. */
const smallDoubt = 0.2;

/** Runs a case until every figure is surely within the bounds, or surely beyond, but no more than 32 times, and no less than `least`. */
export async function measureError(one: RandomCase, within: Bounds, least = leastRuns): Promise<MeasuredError> {
  const errors: FluidError[] = [];
  for (;;) {
    errors.push(await errorOfRun(one, errors.length));
    if (errors.length < least) continue;
    const measured = summarize(errors);
    if (errors.length === mostRuns || isDecided(measured, within)) return measured;
  }
}

/** Whether the mean is within the bounds as far as the runs can tell: surely, or with a doubt that is a small part of a bound. */
export function isWithin({ mean, standardError }: MeasuredError, within: Bounds): boolean {
  return figures.every((figure) => {
    const doubt = certainty * standardError[figure];
    return Math.abs(mean[figure]) <= within[figure] + Math.min(doubt, smallDoubt * within[figure]);
  });
}

/**
 * Share of the runs in which the request level itself is beyond the bounds, held against the mean of its other runs: what is missed by whoever
 * knows the service to the last bit, but not the dice.
 */
export function diceBeyond({ runs }: MeasuredError, within: Bounds): number {
  const beyond = runs.filter((run) =>
    figures.some((figure) => Math.abs(ownDeviation(runs, run, figure)) > within[figure]),
  );
  return beyond.length / runs.length;
}

/** Share of the runs in which, in the figures that the fluid misses, the request level is as far off the mean of its other runs as the fluid is off them all. */
export function diceAsFar({ mean, runs }: MeasuredError, within: Bounds): number {
  const missed = figures.filter((figure) => Math.abs(mean[figure]) > within[figure]);
  const asFar = runs.filter((run) =>
    missed.every((figure) => Math.abs(ownDeviation(runs, run, figure)) >= Math.abs(mean[figure])),
  );
  return asFar.length / runs.length;
}

function ownDeviation(runs: readonly FluidError[], run: FluidError, figure: keyof Bounds): number {
  const others = runs.filter((one) => one !== run);
  return run[figure] - meanOf(others.map((one) => one[figure]));
}

const figures = ['usd', 'attainment', 'accuracy'] as const;

function isDecided({ mean, standardError }: MeasuredError, within: Bounds): boolean {
  const isBeyond = figures.some(
    (figure) => Math.abs(mean[figure]) - beyondDoubt * standardError[figure] > within[figure],
  );
  return (
    isBeyond || figures.every((figure) => Math.abs(mean[figure]) + certainty * standardError[figure] <= within[figure])
  );
}

function summarize(errors: readonly FluidError[]): MeasuredError {
  const mean = each((figure) => meanOf(errors.map((one) => one[figure])));
  const standardError = each((figure) => {
    const squares = errors.map((one) => (one[figure] - mean[figure]) ** 2);
    return Math.sqrt(meanOf(squares) / (errors.length - 1));
  });
  return { mean, standardError, runs: errors };
}

function each(reckon: (figure: keyof FluidError) => number): FluidError {
  return {
    usd: reckon('usd'),
    attainment: reckon('attainment'),
    spilled: reckon('spilled'),
    accuracy: reckon('accuracy'),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}
