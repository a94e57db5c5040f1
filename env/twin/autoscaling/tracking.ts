import type { MetricStore } from '../cloudwatch/store.ts';
import type { TwinClock } from '../parts.ts';
import type { Group } from './group.ts';
import { targetCpuPercent } from './policies.ts';

/** Minutes above the target before a group grows, and clearly below it before it shrinks (Auto Scaling user guide, "Target tracking"). */
const highMinutes = 3;
const lowMinutes = 15;
/** Of the target: the alarm for shrinking lies a tenth below. */
const lowShare = 0.9;
const minuteMs = 60_000;

/**
 * The target-tracking policy of a group, as far as a hand-back needs it: on what CloudWatch shows of the processors it sets the capacity in
 * proportion. Missing data stops it. It rests while the group's process AlarmNotification is suspended.
 */
export class TargetTracking {
  readonly #group: Group;
  readonly #store: MetricStore;
  readonly #clock: TwinClock;

  constructor(group: Group, store: MetricStore, clock: TwinClock) {
    this.#group = group;
    this.#store = store;
    this.#clock = clock;
  }

  /** To be asked once a minute. */
  act(): void {
    const group = this.#group;
    if (group.isSuspended('AlarmNotification')) return;
    const percents = this.#percents();
    const high = percents.slice(0, highMinutes);
    if (high.length < highMinutes || high.includes(null)) return;
    const wanted = Math.ceil((group.serving * (high[0] as number)) / targetCpuPercent);
    const isHigh = high.every((one) => one! > targetCpuPercent);
    const isLow =
      percents.length === lowMinutes && percents.every((one) => one !== null && one < lowShare * targetCpuPercent);
    if (isHigh && wanted > group.desired) this.#set(wanted);
    if (isLow && wanted < group.desired) this.#set(wanted);
  }

  #set(wanted: number): void {
    const { min, max } = this.#group.pool;
    this.#group.setDesired(Math.min(max, Math.max(min, wanted)), false);
  }

  /** Of the newest minutes that can be read, newest first; null: absent. */
  #percents(): (number | null)[] {
    const dimensions = [{ Name: 'AutoScalingGroupName', Value: this.#group.name }];
    const series = this.#store.find({ namespace: 'AWS/EC2', name: 'CPUUtilization', dimensions });
    if (series === null) return [];
    const nowMs = this.#clock.nowMs();
    return Array.from({ length: lowMinutes }, (_, minute) => {
      const bucket = this.#store.visible(series, nowMs - (minute + 2) * minuteMs, nowMs);
      return bucket && bucket.sum / bucket.samples;
    });
  }
}
