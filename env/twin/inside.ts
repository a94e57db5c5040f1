import { initialFleet } from '../sim/initial-fleet.ts';
import { openAccount } from './account.ts';
import { Groups } from './autoscaling/groups.ts';
import { autoScalingService } from './autoscaling/service.ts';
import { TargetTracking } from './autoscaling/tracking.ts';
import { Clock } from './clock.ts';
import { cloudWatchService } from './cloudwatch/service.ts';
import { MetricStore } from './cloudwatch/store.ts';
import { FaultSchedule } from './faults/schedule.ts';
import { usualLags } from './lags.ts';
import { Meters } from './metering/meters.ts';
import type { Service, ServiceName } from './operation.ts';
import type { TwinOptions } from './options.ts';
import { placeOf } from './place.ts';
import { Timeline } from './timeline.ts';
import { World } from './world/world.ts';

/** All of a twin but its doors. */
export interface Inside {
  readonly clock: Clock;
  readonly faults: FaultSchedule;
  readonly groups: Groups;
  readonly world: World;
  readonly timeline: Timeline;
  readonly services: Readonly<Record<ServiceName, Service>>;
}

export function insideOf(options: TwinOptions): Inside {
  const { profile, deployment, workload, seed, running = null, stepSeconds = 10 } = options;
  checkTimes(options.startedAt, stepSeconds);
  const clock = new Clock(options.startedAt, running);
  const faults = new FaultSchedule(options.faults ?? [], () => clock.seconds(), seed);
  const store = new MetricStore(clock, faults, { ...usualLags, ...options.lags });
  const initialVms = options.initialVms ?? initialFleet(profile, workload);
  const groups = new Groups({ deployment, profile, initialVms, seed, clock, faults });
  const place = placeOf(deployment);
  const account = openAccount({ deployment, profile, place, clock, faults, targets: groups });
  const { functions, rules } = account;
  const world = new World({ ...options, stepSeconds, clock, groups, functions, rules });
  const meters = new Meters({ deployment, profile, groups, functions, store });
  const tracked = groups.all.filter((_, pool) => deployment.pools[pool]!.handBackPolicy !== null);
  const policies = tracked.map((group) => new TargetTracking(group, store, clock));
  const timeline = new Timeline({ clock, world, groups, meters, policies, stepSeconds });
  const monitoring = cloudWatchService(store, clock);
  const services = { ...account.services, monitoring, autoscaling: autoScalingService(groups, clock) };
  return { clock, faults, groups, world, timeline, services };
}

function checkTimes(startedAt: Date, stepSeconds: number): void {
  if (startedAt.getTime() % 60_000 !== 0)
    throw new RangeError(`startedAt ${startedAt.toISOString()} is no whole minute`);
  if (!Number.isInteger(60 / stepSeconds) || !Number.isInteger(stepSeconds)) {
    throw new RangeError(`stepSeconds ${stepSeconds} does not divide a minute`);
  }
}
