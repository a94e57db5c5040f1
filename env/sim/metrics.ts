import { quantileMs } from '../histogram.ts';
import { attainment, meanAccuracy } from '../outcome.ts';
import type { Random } from '../random.ts';
import type { Observation, ServiceProfile, Signal } from '../types.ts';
import type { Interval } from './engine.ts';

type Metrics = Omit<Observation, 'timeSeconds' | 'pools' | 'lastAction'>;

interface Published {
  readonly endSeconds: number;
  /** Null: lost on the way. */
  readonly interval: Interval | null;
}

/** The metrics pipeline between the world and its controller: late by `delaySeconds`, and at times lost, as CloudWatch is. */
export class MetricsPipeline {
  readonly #profile: ServiceProfile;
  readonly #random: Random;
  #published: Published[] = [];

  constructor(profile: ServiceProfile, random: Random) {
    this.#profile = profile;
    this.#random = random;
  }

  publish(interval: Interval, endSeconds: number): void {
    const lost = this.#random.uniform() < this.#profile.metrics.lossProbability;
    this.#published.push({ endSeconds, interval: lost ? null : interval });
  }

  /** The newest interval that has become visible by `timeSeconds`. */
  read(timeSeconds: number): Metrics {
    const latestEnd = timeSeconds - this.#profile.metrics.delaySeconds;
    const visible = this.#published.filter((one) => one.endSeconds <= latestEnd);
    const newest = visible.at(-1);
    if (newest) this.#published = this.#published.slice(visible.length - 1);
    if (!newest?.interval) return absentMetrics(this.#profile);
    return describe(newest.interval, timeSeconds - newest.endSeconds);
  }
}

function describe({ outcome, arrivals, queueLength }: Interval, ageSeconds: number): Metrics {
  const signal = <T>(value: T | null): Signal<T> => (value === null ? null : { value, ageSeconds });
  const answeredShare = (index: number) => attainment([outcome.classes[index]!]);
  return {
    arrivals: signal(arrivals),
    utilization: outcome.readySlotSeconds.map((ready, pool) =>
      signal(ready > 0 ? Math.min(1, outcome.busySlotSeconds[pool]! / ready) : null),
    ),
    queueLength: queueLength.map((length) => signal(length)),
    latencyMs: {
      p50: signal(quantileMs(outcome.latency, 0.5)),
      p95: signal(quantileMs(outcome.latency, 0.95)),
      p99: signal(quantileMs(outcome.latency, 0.99)),
    },
    attainment: outcome.classes.map((_, index) => signal(answeredShare(index))),
    accuracy: signal(meanAccuracy(outcome)),
    spilledPerSecond: signal(outcome.spilled / outcome.seconds),
  };
}

/** All metrics absent: at the start, after a loss, and when a source is silent. */
export function absentMetrics(profile: ServiceProfile): Metrics {
  return {
    arrivals: null,
    utilization: profile.pools.map(() => null),
    queueLength: profile.slo.classes.map(() => null),
    latencyMs: { p50: null, p95: null, p99: null },
    attainment: profile.slo.classes.map(() => null),
    accuracy: null,
    spilledPerSecond: null,
  };
}
