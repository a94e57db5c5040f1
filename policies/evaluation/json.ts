import { z } from 'zod';
import { InputProblem } from '../../env/problem.ts';

const finite = z.number();
const share = z.number().min(0).max(1).nullable();
const latencyMs = z.number().nonnegative().nullable();

/** One policy on one trace. docs/json.md says what each field means. */
const resultSchema = z.object({
  policy: z.string(),
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
  vmHours: finite,
  usdByKind: z.object({ vm: finite, lambdaCompute: finite, lambdaRequests: finite, lambdaProvisioned: finite }),
  regret: finite.nullable(),
  seedsUsd: z.array(finite),
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
  slo: z.object({ attainment: finite, accuracyFloor: finite }),
  priceDate: z.string(),
  /** Rho; null where no variant runs both on a VM and on Lambda. */
  priceRatio: finite.nullable(),
  results: z.array(resultSchema),
});

export type Result = z.infer<typeof resultSchema>;
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
