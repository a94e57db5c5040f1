import type { Groups } from './autoscaling/groups.ts';
import type { TargetTracking } from './autoscaling/tracking.ts';
import type { Clock } from './clock.ts';
import type { Meters } from './metering/meters.ts';
import type { World } from './world/world.ts';

export interface TimelineParts {
  readonly clock: Clock;
  readonly world: World;
  readonly groups: Groups;
  readonly meters: Meters;
  /** [pool] */
  readonly policies: readonly TargetTracking[];
  readonly stepSeconds: number;
}

const minuteMs = 60_000;

/** Lets the twin's time go forward, and everything happen in its order: the load, the instances, the metrics. */
export class Timeline {
  readonly #parts: TimelineParts;
  readonly #stepMs: number;
  readonly #dueBeforeSteps: (() => void)[] = [];
  /** End of the world's last step. */
  #simulatedMs: number;

  constructor(parts: TimelineParts) {
    this.#parts = parts;
    this.#stepMs = 1000 * parts.stepSeconds;
    this.#simulatedMs = parts.clock.startedAtMs;
  }

  /** Whatever else is to happen before the load goes on. */
  beforeSteps(due: () => void): void {
    this.#dueBeforeSteps.push(due);
  }

  /** A time that has passed already changes nothing. */
  moveTo(ms: number): void {
    const { clock, groups } = this.#parts;
    while (this.#simulatedMs + this.#stepMs <= ms) this.#step();
    if (ms <= clock.nowMs()) return;
    clock.moveTo(ms);
    groups.settle();
  }

  #step(): void {
    const { clock, groups, meters, policies, world } = this.#parts;
    for (const due of this.#dueBeforeSteps) due();
    meters.note(world.step());
    this.#simulatedMs += this.#stepMs;
    clock.moveTo(this.#simulatedMs);
    groups.settle();
    if (this.#simulatedMs % minuteMs !== 0) return;
    meters.publish(this.#simulatedMs - minuteMs);
    for (const policy of policies) policy.act();
  }
}
