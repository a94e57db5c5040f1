import type { Group } from '../autoscaling/group.ts';
import type { MetricStore } from '../cloudwatch/store.ts';
import type { Passed } from '../world/passed.ts';
import { Gauge, gaugeDatum } from './datum.ts';
import type { Meter } from './meter.ts';

/** An Auto Scaling group: its sizes in every minute, and how busy its instances are. */
export class GroupMeter implements Meter {
  readonly #group: Group;
  readonly #pool: number;
  readonly #store: MetricStore;
  readonly #cpuPercent = new Gauge();

  constructor(group: Group, pool: number, store: MetricStore) {
    this.#group = group;
    this.#pool = pool;
    this.#store = store;
  }

  /** A busy slot is a busy processor. */
  note({ outcome }: Passed): void {
    const ready = outcome.readySlotSeconds[this.#pool]!;
    if (ready > 0) this.#cpuPercent.note(100 * Math.min(1, outcome.busySlotSeconds[this.#pool]! / ready));
  }

  publish(startMs: number): void {
    for (const [name, value] of Object.entries(this.#sizes())) {
      this.#store.publish(this.#metric('AWS/AutoScaling', name), 'group', startMs, gaugeDatum(value));
    }
    const cpu = this.#cpuPercent.take();
    if (cpu !== null) this.#store.publish(this.#metric('AWS/EC2', 'CPUUtilization'), 'group', startMs, cpu);
  }

  #sizes(): Readonly<Record<string, number>> {
    const { instances, desired, pool } = this.#group;
    const count = (state: string) => instances.reduce((sum, one) => sum + Number(one.lifecycle === state), 0);
    return {
      GroupMinSize: pool.min,
      GroupMaxSize: pool.max,
      GroupDesiredCapacity: desired,
      GroupInServiceInstances: count('InService'),
      GroupPendingInstances: count('Pending'),
      GroupTerminatingInstances: count('Terminating'),
      GroupTotalInstances: instances.length,
    };
  }

  #metric(namespace: string, name: string) {
    return { namespace, name, dimensions: [{ Name: 'AutoScalingGroupName', Value: this.#group.name }] };
  }
}
