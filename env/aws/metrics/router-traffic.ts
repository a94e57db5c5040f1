import type { ServiceProfile } from '../../types.ts';
import type { RouterReading } from '../overflow-router.ts';
import { histogramOf, lognormalPercentiles } from './percentile-histogram.ts';
import type { Traffic } from './traffic.ts';

/**
 * What the overflow router counted. Where it knows only the mean of the latencies, they are taken to be lognormal with the
 * profile's coefficient of variation: waiting makes their tail longer than that. `variant`: in force; `readySlotSeconds` [pool].
 */
export function routerTraffic(
  reading: RouterReading,
  profile: ServiceProfile,
  variant: number | null,
  readySlotSeconds: readonly number[],
): Traffic {
  const { seconds, classes, spilled, answeredBy, busyShare, queue } = reading;
  const answered = classes.reduce((sum, { inTime, late }) => sum + inTime + late, 0);
  const accuracy = (index: number) => profile.variants[index]!.accuracy;
  const accuracySum =
    answeredBy?.reduce((sum, answers, index) => sum + answers * accuracy(index), 0) ??
    (variant === null ? null : answered * accuracy(variant));
  return {
    seconds,
    requests: classes.reduce((sum, { requests }) => sum + requests, 0),
    spilled,
    throttled: 0,
    classes,
    accuracySum,
    latency: latencyOf(reading, answered, profile),
    busySlotSeconds: busyShare.map((share, pool) => (share === null ? null : share * readySlotSeconds[pool]!)),
    waitSeconds: queue.reduce((sum, waiting) => sum + waiting, 0) * seconds,
  };
}

function latencyOf({ latency, meanLatencyMs }: RouterReading, answered: number, { serviceCv }: ServiceProfile) {
  if (latency !== null || meanLatencyMs === null) return latency ?? (answered === 0 ? histogramOf(0, nothing) : null);
  return histogramOf(answered, lognormalPercentiles(meanLatencyMs, serviceCv));
}

const nothing = { p50: 1, p95: 1, p99: 1 };
