import { InputProblem } from '../env/problem.ts';
import type { Workload } from '../env/types.ts';
import { parseDuration } from './duration.ts';

/** Where a workload comes from: a CSV path or a generator, and what part of it. */
export interface TraceSource {
  readonly reference: string;
  readonly scale?: number;
  readonly startSeconds?: number;
  readonly durationSeconds?: number;
}

/** Reads what a source names. */
export interface TraceReader {
  readonly workload: (source: TraceSource) => Promise<Workload>;
}

const withPart = /^(.+)@([\d.]+[smhd]?)(?:\+([\d.]+[smhd]?))?$/;

/** Reads `REFERENCE@START` and `REFERENCE@START+DURATION`, which say more about one trace than the options do about all. */
export function traceSource(text: string, part: Omit<TraceSource, 'reference'> = {}): TraceSource {
  const [, reference, start, duration] = withPart.exec(text) ?? [];
  if (reference === undefined || start === undefined) return { reference: text, ...part };
  const seconds = duration === undefined ? null : parseDuration(duration, `trace ${text}: the duration`);
  if (seconds === 0) throw new InputProblem(`trace ${text}: the duration must be above 0, such as 30m or 24h`);
  return {
    reference,
    ...part,
    startSeconds: parseDuration(start, `trace ${text}: the start`),
    ...(seconds !== null && { durationSeconds: seconds }),
  };
}

/** What came before the part that is used, for policies that can recall it; null: the part begins with the trace. */
export async function pastOf(source: TraceSource, { workload }: TraceReader): Promise<Workload | null> {
  const { durationSeconds: _, startSeconds = 0, ...whole } = source;
  return startSeconds === 0 ? null : workload({ ...whole, startSeconds: 0, durationSeconds: startSeconds });
}
