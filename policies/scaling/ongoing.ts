import type { Observation } from '../../env/types.ts';
import type { Setting } from '../setting.ts';
import { ReadyHistory } from './ready-history.ts';
import { TimeWindow } from './time-window.ts';

/**
 * Requests in service on the chosen pool or waiting for a VM, the concurrency of Knative and Ray Serve, over a trailing window: the busy slots, on average
 * over an interval, and the requests that waited at its end.
 */
export class OngoingRequests {
  readonly #setting: Setting;
  readonly #seenReady = new ReadyHistory();
  readonly #window: TimeWindow;
  #untilSeconds = Number.NEGATIVE_INFINITY;

  constructor(setting: Setting, windowSeconds: number) {
    this.#setting = setting;
    this.#window = new TimeWindow(windowSeconds);
  }

  /** To be called at every decision. False: neither slots nor queues are visible. */
  add(observation: Observation): boolean {
    const { pool } = this.#setting.choice;
    this.#seenReady.add(observation.timeSeconds, observation.pools[pool]?.ready ?? 0);
    const busy = observation.utilization[pool] ?? null;
    const waiting = observation.queueLength.filter((one) => one !== null);
    const ageSeconds = busy?.ageSeconds ?? waiting[0]?.ageSeconds;
    if (ageSeconds === undefined) return false;
    const until = observation.timeSeconds - ageSeconds;
    if (until <= this.#untilSeconds) return true;
    this.#untilSeconds = until;
    const slots = this.#setting.profile.pools[pool]!.slots * this.#seenReady.at(until);
    this.#window.add(until, (busy?.value ?? 0) * slots + waiting.reduce((sum, one) => sum + one.value, 0));
    return true;
  }

  /** Over the window. */
  mean(): number {
    return this.#window.mean();
  }

  /** Over its newest part. */
  newest(seconds: number): number {
    return this.#window.meanAfter(this.#untilSeconds - seconds);
  }
}
