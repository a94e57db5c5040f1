import { z } from 'zod';
import { InputProblem } from '../../env/problem.ts';

const finite = z.number();
const share = z.number().min(0).max(1).nullable();
const latencyMs = z.number().nonnegative().nullable();

/** A statistic with its bootstrap interval. */
const interval = z.object({ value: finite, low: finite, high: finite });

/** A policy turned towards cheaper or towards more in time. */
const curvePoint = z.object({ vms: finite, patience: finite, usd: finite, attainment: share, accuracy: share });

/** One policy on one trace. docs/json.md says what each field means. */
const resultSchema = z.object({
  policy: z.string(),
  kind: z.enum(['rule', 'agent', 'clairvoyant']),
  trace: z.string(),
  parameters: z.record(z.string(), z.union([finite, z.string()])),
  usd: finite,
  usdPerMillion: finite.nullable(),
  requests: finite,
  attainment: z.object({ all: share }).catchall(share),
  accuracy: share,
  p50Ms: latencyMs,
  p95Ms: latencyMs,
  p99Ms: latencyMs,
  lost: finite,
  spilledShare: share,
  coldStarts: finite,
  launches: finite,
  terminations: finite,
  interruptions: finite,
  vmHours: finite,
  usdByKind: z.object({ vm: finite, lambdaCompute: finite, lambdaRequests: finite, lambdaProvisioned: finite }),
  boundUsd: finite.nullable(),
  regret: finite.nullable(),
  oracleRegret: finite.nullable(),
  seedsUsd: z.array(finite),
  seedsAttainment: z.array(share),
  usdInterval: interval,
  overBestRule: interval.nullable(),
  churnPerDay: finite,
  promisedTimeShare: share,
  worstHour: share,
  usdAtAttainment: finite.nullable(),
  curve: z.array(curvePoint),
});

/** One policy on all traces. */
const standingSchema = z.object({
  policy: z.string(),
  kind: z.enum(['rule', 'agent', 'clairvoyant']),
  /** Traces on which it keeps every promise. */
  kept: finite,
  overBound: interval.nullable(),
  overBestRule: interval.nullable(),
  overBestRuleAcrossTraces: interval.nullable(),
  overOracle: interval.nullable(),
  overBoundAtAttainment: finite.nullable(),
  worstAttainment: share,
  worstHour: share,
  promisedTimeShare: share,
  churnPerDay: finite,
  usdPerMillion: finite.nullable(),
});

const tuningSchema = z.object({
  file: z.string(),
  isSameService: z.boolean(),
  traces: z.array(z.string()),
  /** Those that were named without parameters, and got them there. */
  policies: z.array(z.string()),
  budget: finite,
  reserve: finite,
  seed: finite,
});

/** The stable output of `spillway evaluate --json`: docs/json.md, field by field. */
export const evaluationSchema = z.object({
  version: z.string(),
  service: z.string(),
  traces: z.array(z.string()),
  fidelity: z.enum(['request-level', 'fluid']),
  seeds: z.array(z.int()),
  durationSeconds: finite,
  warmUpSeconds: finite,
  /** [trace] */
  traceSeconds: z.array(finite),
  /** [trace] */
  scales: z.array(finite),
  /** [trace] */
  fleets: z.array(finite.nullable()),
  slo: z.object({ attainment: finite, accuracyFloor: finite }),
  priceDate: z.string(),
  /** Rho; null where no variant runs both on a VM and on Lambda. */
  priceRatio: finite.nullable(),
  tuning: tuningSchema.nullable(),
  bestRule: z.string().nullable(),
  results: z.array(resultSchema),
  standings: z.array(standingSchema),
});

export type Result = z.infer<typeof resultSchema>;
export type Standing = z.infer<typeof standingSchema>;
export type TuningNote = z.infer<typeof tuningSchema>;
export type Evaluation = z.infer<typeof evaluationSchema>;

export function evaluationText(evaluation: Evaluation): string {
  return `${JSON.stringify(evaluationSchema.parse(evaluation), null, 2)}\n`;
}

/** Reads what `evaluationText` wrote; refuses anything else in a sentence. */
export function parseEvaluation(text: string, file: string): Evaluation {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputProblem(`${file}: not JSON: ${(error as Error).message}`);
  }
  const parsed = evaluationSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new InputProblem(`${file}: not an evaluation: ${issue.path.join('.') || 'top level'}: ${issue.message}`);
}
