import type { Observation } from '../env/types.ts';
import type { ReadyHistory } from './ready-history.ts';
import type { Setting } from './setting.ts';

export interface Ongoing {
  /** When it was measured. */
  readonly timeSeconds: number;
  /** Requests in service on the chosen pool or waiting for a VM: the concurrency of Knative and Ray Serve. */
  readonly requests: number;
}

/** Busy slots, on average over the newest visible interval, and the requests that waited at its end; null: neither is visible. */
export function ongoingRequests(setting: Setting, seenReady: ReadyHistory, observation: Observation): Ongoing | null {
  const { pool } = setting.choice;
  const busy = observation.utilization[pool] ?? null;
  const waiting = observation.queueLength.filter((one) => one !== null);
  const ageSeconds = busy?.ageSeconds ?? waiting[0]?.ageSeconds;
  if (ageSeconds === undefined) return null;
  const timeSeconds = observation.timeSeconds - ageSeconds;
  const slots = setting.profile.pools[pool]!.slots * seenReady.at(timeSeconds);
  return { timeSeconds, requests: (busy?.value ?? 0) * slots + waiting.reduce((sum, one) => sum + one.value, 0) };
}
