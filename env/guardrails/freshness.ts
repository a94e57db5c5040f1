import type { Action, Signal } from '../types.ts';
import {
  asked,
  type Bounded,
  boundCounts,
  type Guardrail,
  poolNames,
  type Situation,
  withoutCuts,
  withoutGrowth,
} from './situation.ts';

/**
 * Scale-in needs every signal fresh, scale-out one (Kubernetes' horizontal autoscaler: up allowed, down forbidden, where metrics are missing).
 * A metric that is absent is not zero: kubernetes#104387, keda#1850.
 */
export const freshness: Guardrail = (wanted, situation) => {
  const limit = freshLimitSeconds(situation);
  const signals = signalsOf(situation);
  const names = Object.keys(signals);
  const untrusted = names.filter((name) => !isTrusted(signals[name]!, limit));
  if (untrusted.length === 0) return { action: wanted, said: null };
  if (untrusted.length === names.length) {
    const growth = withoutUnusualGrowth(wanted, situation, limit);
    const both = withoutCuts(growth.action, situation, `No metric is fresh (within ${limit} s)`);
    return { action: both.action, said: growth.said ?? both.said };
  }
  return withoutCuts(wanted, situation, `Absent, stale or no number: ${untrusted.join(', ')}`);
};

/** Blind, a fleet may still become what the last day usually needed: the ladder asks for that when the metrics stay away. */
function withoutUnusualGrowth(wanted: Action, situation: Situation, limitSeconds: number): Bounded {
  const usual = situation.history.usuallyNeeded();
  const why = `No metric is fresh (within ${limitSeconds} s)`;
  if (usual === null) return withoutGrowth(wanted, situation, why);
  return boundCounts(
    wanted,
    (count, pool) =>
      Math.min(count, Math.max(asked(situation, pool), situation.profile.pools[pool]!.min, usual[pool]!)),
    (pools) => `${why}: no VM of ${poolNames(situation, pools)} is launched beyond what the last day usually needed.`,
  );
}

/** Beyond this age a signal is stale. */
export function freshLimitSeconds({ limits, profile }: Pick<Situation, 'limits' | 'profile'>): number {
  return limits.freshSeconds ?? profile.metrics.delaySeconds + 2 * profile.decisionSeconds;
}

/** Those that must be there: of a pool without VMs nothing is, and without traffic there are no latencies. */
function signalsOf(situation: Situation): Record<string, Signal<number | readonly number[]>> {
  const { observation, profile } = situation;
  const hasTraffic = observation.arrivals?.value.some((rate) => rate > 0) ?? true;
  return {
    arrivals: observation.arrivals,
    'spilled requests': observation.spilledPerSecond,
    ...Object.fromEntries(
      profile.slo.classes.map(({ name }, index) => [`queue of ${name}`, observation.queueLength[index] ?? null]),
    ),
    ...Object.fromEntries(
      profile.pools.flatMap(({ name }, pool) =>
        (observation.pools[pool]?.ready ?? 0) > 0
          ? [[`utilisation of ${name}`, observation.utilization[pool] ?? null]]
          : [],
      ),
    ),
    ...(hasTraffic ? { latency: observation.latencyMs.p95 } : {}),
  };
}

export function isTrusted(signal: Signal<number | readonly number[]>, limitSeconds: number): boolean {
  if (signal === null || !(signal.ageSeconds >= 0 && signal.ageSeconds <= limitSeconds)) return false;
  const values = typeof signal.value === 'number' ? [signal.value] : signal.value;
  return values.length > 0 && values.every((value) => Number.isFinite(value) && value >= 0);
}
