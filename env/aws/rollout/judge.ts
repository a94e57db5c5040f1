import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { Calls } from '../calls/call.ts';
import { bucketMs, type MetricQuery } from '../metrics/metric-query.ts';
import { readMetrics } from '../metrics/metric-reader.ts';
import type { Point } from '../metrics/series.ts';
import { type CanaryMinute, freshMinutes, judgeCanary } from './canary.ts';
import type { Verdict } from './next-step.ts';

export interface Trial {
  readonly function: string;
  readonly alias: string;
  readonly old: string;
  readonly new: string;
  readonly sinceMs: number;
  /** How much longer a request is expected to take with the new memory. */
  readonly expectedRatio: number;
}

/** Tells whether a canary does as well as what it would replace. */
export interface JudgesCanaries {
  judge(trial: Trial): Promise<Verdict>;
}

/** By what CloudWatch counts for each version behind the alias (dimension ExecutedVersion). */
export class CanaryMetrics implements JudgesCanaries {
  readonly #cloudWatch: CloudWatchClient;
  readonly #calls: Calls;
  readonly #offsetSeconds: number;
  readonly #nowMs: () => number;

  constructor(cloudWatch: CloudWatchClient, calls: Calls, offsetSeconds: number, nowMs: () => number) {
    this.#cloudWatch = cloudWatch;
    this.#calls = calls;
    this.#offsetSeconds = offsetSeconds;
    this.#nowMs = nowMs;
  }

  /** Whole minutes since the canary began, without those that are too young to be complete. */
  async judge(trial: Trial): Promise<Verdict> {
    const fromMs = Math.ceil(trial.sinceMs / bucketMs) * bucketMs;
    const toMs = Math.floor((this.#nowMs() - this.#offsetSeconds * 1000) / bucketMs) * bucketMs;
    if (toMs - fromMs < freshMinutes * bucketMs) return 'early';
    const queries = [...queriesOf(trial, trial.old), ...queriesOf(trial, trial.new)];
    const series = await readMetrics(this.#cloudWatch, this.#calls, queries, { fromMs, toMs });
    // What could not be read as a whole says nothing for the new version, nor against it.
    if (series.some((points) => points === null)) return 'early';
    const [invocations, errors, p95, newInvocations, newErrors, newP95] = series.map((points) => points ?? []);
    const minutes = {
      old: minutesOf(invocations!, errors!, p95!),
      new: minutesOf(newInvocations!, newErrors!, newP95!),
    };
    return judgeCanary(minutes, trial.expectedRatio);
  }
}

function queriesOf({ function: name, alias }: Trial, version: string): MetricQuery[] {
  const dimensions = { FunctionName: name, Resource: `${name}:${alias}`, ExecutedVersion: version };
  const namespace = 'AWS/Lambda';
  return [
    { namespace, name: 'Invocations', dimensions, stat: 'Sum' },
    { namespace, name: 'Errors', dimensions, stat: 'Sum' },
    { namespace, name: 'Duration', dimensions, stat: 'p95' },
  ];
}

/** Lambda publishes only minutes with invocations. */
function minutesOf(invocations: readonly Point[], errors: readonly Point[], p95: readonly Point[]): CanaryMinute[] {
  const at = (points: readonly Point[], startMs: number) => points.find((point) => point.startMs === startMs)?.value;
  return invocations.map(({ startMs, value }) => ({
    invocations: value ?? 0,
    errors: at(errors, startMs) ?? 0,
    p95Ms: at(p95, startMs) ?? null,
  }));
}

/** For shadow mode, where no version runs that could be judged. */
export class ImaginedCanaries implements JudgesCanaries {
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  async judge({ sinceMs }: Trial): Promise<Verdict> {
    return this.#nowMs() - sinceMs < freshMinutes * bucketMs ? 'early' : 'fine';
  }
}
