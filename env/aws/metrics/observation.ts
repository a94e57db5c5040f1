import { quantileMs } from '../../histogram.ts';
import { attainment } from '../../outcome.ts';
import type { Observation, ServiceProfile, Signal } from '../../types.ts';
import type { Traffic } from './traffic.ts';

type Metrics = Omit<Observation, 'timeSeconds' | 'pools' | 'lastAction'>;

/** What one source tells of the newest interval that it knows. */
export interface Seen {
  readonly ageSeconds: number;
  readonly traffic: Traffic;
  /** [bin] Requests per second in the bins of the profile, oldest first; null: unknown. */
  readonly arrivals: readonly number[] | null;
  /** [class] */
  readonly queue: readonly (number | null)[];
  /** [pool] Of the time that `traffic` covers. */
  readonly readySlotSeconds: readonly number[];
}

/** Each signal from the freshest source that has it, the first of `seen` first. */
export function metricsOf(seen: readonly Seen[], profile: ServiceProfile): Metrics {
  const pick = <T>(told: (one: Seen) => T | null): Signal<T> => {
    for (const one of seen) {
      const value = told(one);
      if (value !== null) return { value, ageSeconds: one.ageSeconds };
    }
    return null;
  };
  const quantile = (share: number) => pick(({ traffic }) => traffic.latency && quantileMs(traffic.latency, share));
  return {
    arrivals: pick(({ arrivals }) => arrivals),
    utilization: profile.pools.map((_, pool) => pick((one) => utilization(one, pool))),
    queueLength: profile.slo.classes.map((_, k) => pick(({ queue }) => queue[k] ?? null)),
    latencyMs: { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) },
    attainment: profile.slo.classes.map((_, k) =>
      pick(({ traffic }) => traffic.classes && attainment([traffic.classes[k]!])),
    ),
    accuracy: pick(({ traffic }) => meanAccuracy(traffic)),
    spilledPerSecond: pick(({ traffic }) => (traffic.spilled === null ? null : traffic.spilled / traffic.seconds)),
  };
}

function utilization({ traffic, readySlotSeconds }: Seen, pool: number): number | null {
  const busy = traffic.busySlotSeconds[pool] ?? null;
  const ready = readySlotSeconds[pool]!;
  return busy === null || ready === 0 ? null : Math.min(1, busy / ready);
}

function meanAccuracy({ classes, accuracySum }: Traffic): number | null {
  if (classes === null || accuracySum === null) return null;
  const answered = classes.reduce((sum, { inTime, late }) => sum + inTime + late, 0);
  return answered > 0 ? accuracySum / answered : null;
}

/**
 * From rates in equal parts of `seconds`, oldest first, to the bins of the newest decision interval. What is coarser than a bin
 * fills all its bins; of the time before the first part its rate is taken.
 */
export function inBins(rates: readonly number[], seconds: number, profile: ServiceProfile): number[] {
  const { decisionSeconds, metrics } = profile;
  const partSeconds = seconds / rates.length;
  const bins = Math.max(1, Math.round(decisionSeconds / metrics.binSeconds));
  return Array.from({ length: bins }, (_, bin) => {
    const from = seconds - decisionSeconds + bin * metrics.binSeconds;
    return meanOver(rates, partSeconds, from, from + metrics.binSeconds);
  });
}

function meanOver(rates: readonly number[], partSeconds: number, from: number, to: number): number {
  let sum = 0;
  rates.forEach((rate, index) => {
    const start = index === 0 ? Number.NEGATIVE_INFINITY : index * partSeconds;
    const end = index === rates.length - 1 ? Number.POSITIVE_INFINITY : (index + 1) * partSeconds;
    sum += rate * Math.max(0, Math.min(to, end) - Math.max(from, start));
  });
  return sum / (to - from);
}
