import type { Deployment } from '../deployment/deployment.ts';
import { initialFleet } from '../sim/initial-fleet.ts';
import type { PriceBook, ServiceProfile, Workload } from '../types.ts';
import { openAccount } from './account.ts';
import { Groups } from './autoscaling/groups.ts';
import { autoScalingService } from './autoscaling/service.ts';
import { TargetTracking } from './autoscaling/tracking.ts';
import { type Call, CallLog } from './call-log.ts';
import { Clock } from './clock.ts';
import { cloudWatchService } from './cloudwatch/service.ts';
import { MetricStore } from './cloudwatch/store.ts';
import type { Fault } from './faults/fault.ts';
import { FaultSchedule } from './faults/schedule.ts';
import { type Lags, usualLags } from './lags.ts';
import { Meters } from './metering/meters.ts';
import { placeOf } from './place.ts';
import { openTwinRouter } from './router/open-twin-router.ts';
import type { RuntimeServer } from './router/runtime-server.ts';
import { openServer } from './server.ts';
import { Timeline } from './timeline.ts';
import { World } from './world/world.ts';

export interface TwinOptions {
  readonly profile: ServiceProfile;
  readonly deployment: Deployment;
  readonly prices: PriceBook;
  readonly workload: Workload;
  readonly seed: number;
  /** Of the simulated wall clock; the start of a minute. */
  readonly startedAt: Date;
  /** [pool] By default those of `initialFleet`. */
  readonly initialVms?: readonly number[];
  readonly lags?: Partial<Lags>;
  readonly faults?: readonly Fault[];
  /** 0, the default: any that is free. */
  readonly port?: number;
  /** Null, the default: the time stands still until it is advanced. */
  readonly running?: { readonly speed: number; readonly monotonicMs: () => number } | null;
  /** Whole seconds, a divisor of 60; changes to the account reach the load at the next step. */
  readonly stepSeconds?: number;
  /** The real time, for the Date of every answer; absent: none but under the fault `clock-skew`, which then bends the twin's time. */
  readonly wallMs?: () => number;
}

export interface Twin {
  readonly url: string;
  readonly world: World;
  readonly groups: Groups;
  nowMs(): number;
  /** Seconds of the twin's time pass, and with them what happens in them. */
  advance(seconds: number): void;
  inject(fault: Fault): void;
  /** The newest calls, oldest first, in bounded number. */
  readonly requests: readonly Call[];
  close(): Promise<void>;
}

/** An account of AWS on the loopback with one deployment in it, under the load of a workload. Same options and same calls, same bytes. */
export async function openTwin(options: TwinOptions): Promise<Twin> {
  const { profile, deployment, workload, seed, running = null, stepSeconds = 10, port = 0 } = options;
  checkTimes(options.startedAt, stepSeconds);
  const clock = new Clock(options.startedAt, running);
  const faults = new FaultSchedule(options.faults ?? [], () => clock.seconds(), seed);
  const store = new MetricStore(clock, faults, { ...usualLags, ...options.lags });
  const initialVms = options.initialVms ?? initialFleet(profile, workload);
  const groups = new Groups({ deployment, profile, initialVms, seed, clock, faults });
  const place = placeOf(deployment);
  const { functions, rules, services } = openAccount({ deployment, profile, place, clock, faults, targets: groups });
  const world = new World({ ...options, stepSeconds, clock, groups, functions, rules });
  const meters = new Meters({ deployment, profile, groups, functions, store });
  const tracked = groups.all.filter((_, pool) => deployment.pools[pool]!.handBackPolicy !== null);
  const policies = tracked.map((group) => new TargetTracking(group, store, clock));
  const timeline = new Timeline({ clock, world, groups, meters, policies, stepSeconds });
  const calls = new CallLog();
  const skew = () => faults.active('clock-skew', null);
  let router: RuntimeServer | null = null;
  const server = await openServer({
    services: {
      ...services,
      monitoring: cloudWatchService(store, clock),
      autoscaling: autoScalingService(groups, clock),
    },
    ...{ clock, faults, calls, port },
    catchUp: () => timeline.moveTo(clock.dueMs()),
    date: () => dateOf(skew(), options.wallMs?.() ?? null, clock.nowMs()),
    controls: {
      nowMs: () => clock.nowMs(),
      speed: () => clock.speed,
      seconds: () => clock.seconds(),
      advance: (seconds) => timeline.moveTo(clock.nowMs() + Math.round(1000 * seconds)),
      inject: (fault) => faults.add(fault),
      routerSocket: () => router?.socket ?? null,
    },
  });
  router = await openTwinRouter({
    ...{ profile, world, deployment: deployment.name },
    isServing: (id) => groups.serves(id),
    catchUp: () => timeline.moveTo(clock.dueMs()),
  });
  return {
    url: server.url,
    world,
    groups,
    nowMs: () => clock.nowMs(),
    advance: (seconds) => timeline.moveTo(clock.nowMs() + Math.round(1000 * seconds)),
    inject: (fault) => faults.add(fault),
    get requests() {
      return calls.all;
    },
    close: async () => {
      await Promise.all([server.close(), router?.close()]);
    },
  };
}

function checkTimes(startedAt: Date, stepSeconds: number): void {
  if (startedAt.getTime() % 60_000 !== 0)
    throw new RangeError(`startedAt ${startedAt.toISOString()} is no whole minute`);
  if (!Number.isInteger(60 / stepSeconds) || !Number.isInteger(stepSeconds)) {
    throw new RangeError(`stepSeconds ${stepSeconds} does not divide a minute`);
  }
}

/** A simulated Date would bend the clock by which clients sign. */
function dateOf(skew: Fault | null, wallMs: number | null, nowMs: number): Date | null {
  if (skew === null) return wallMs === null ? null : new Date(wallMs);
  return new Date((wallMs ?? nowMs) + 1000 * skew.strength);
}
