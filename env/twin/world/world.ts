import type { Deployment } from '../../deployment/deployment.ts';
import { binLowerMs } from '../../histogram.ts';
import { addOutcomes, emptyOutcome } from '../../outcome.ts';
import { vmUsdPerSecond } from '../../physics/service.ts';
import { unitServiceTable } from '../../physics/service-table.ts';
import { FunctionRecord } from '../../sim/function-record.ts';
import { RequestLevelEngine } from '../../sim/request-level.ts';
import type { Outcome, PriceBook, ServiceProfile, Workload } from '../../types.ts';
import type { Groups } from '../autoscaling/groups.ts';
import type { Clock } from '../clock.ts';
import type { RoutedWorld, RouterTotals, ServingFunctions, ServingRules } from '../parts.ts';
import type { Passed } from './passed.ts';
import { actionOf, type Traffic, weightedTraffic } from './traffic.ts';

export interface WorldParts {
  readonly deployment: Deployment;
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly workload: Workload;
  readonly seed: number;
  readonly stepSeconds: number;
  readonly clock: Clock;
  readonly groups: Groups;
  readonly functions: ServingFunctions;
  readonly rules: ServingRules;
}

/**
 * The load and what becomes of it: the request-level simulator, led in short steps by what the twin's resources say. Machines boot, fail and go
 * in their Auto Scaling groups; the simulator is told how many serve.
 */
export class World implements RoutedWorld {
  readonly #parts: WorldParts;
  readonly #engine: RequestLevelEngine;
  readonly #record = new FunctionRecord();
  #variant: number;
  /** [class] */
  #maxWaitMs: readonly (number | null)[];
  /** [class] */
  #queue: readonly number[];
  #total: Outcome;
  #latencySeconds = 0;
  #steps = 0;

  constructor(parts: WorldParts) {
    const { profile, prices, workload, seed, stepSeconds, groups } = parts;
    this.#parts = parts;
    const serving = groups.all.map((group) => group.serving);
    const table = unitServiceTable(profile.serviceCv);
    const stepped = steppedProfile(profile, stepSeconds);
    this.#engine = new RequestLevelEngine(stepped, prices, workload, seed, serving, table, this.#record);
    this.#variant = profile.variants.findIndex(({ accuracy }) => accuracy >= profile.accuracyFloor);
    this.#maxWaitMs = profile.slo.classes.map(() => 0);
    this.#queue = profile.slo.classes.map(() => 0);
    this.#total = emptyOutcome(profile);
  }

  /** What has happened since the world began, whoever may see it: VMs are billed from their launch to the end of their drain. */
  get total(): Outcome {
    return this.#total;
  }

  route({ variant, maxWaitMs }: Parameters<RoutedWorld['route']>[0]): void {
    const { variants, slo } = this.#parts.profile;
    if (variants[variant] === undefined || maxWaitMs.length !== slo.classes.length) {
      throw new RangeError(`no route: variant ${variant}, waits of ${maxWaitMs.length} classes`);
    }
    this.#variant = variant;
    this.#maxWaitMs = [...maxWaitMs];
  }

  totals(): RouterTotals {
    const { classes, spilled, busySlotSeconds, latency } = this.#total;
    return {
      steps: this.#steps,
      requests: classes.map((one) => one.requests),
      inTime: classes.map((one) => one.inTime),
      late: classes.map((one) => one.late),
      lost: classes.map((one) => one.lost),
      spilled,
      queue: this.#queue,
      busySlotSeconds,
      ready: this.#parts.groups.all.map((group) => group.serving),
      latency,
      latencySeconds: this.#latencySeconds,
    };
  }

  /** Lets one step pass. What it tells is good until the next. */
  step(): Passed {
    const { clock, groups, profile } = this.#parts;
    const serving = groups.all.map((group) => group.serving);
    const traffic = this.#traffic();
    const startMs = clock.nowMs();
    this.#record.clear();
    const interval = this.#engine.advance(actionOf(traffic, serving, this.#maxWaitMs, this.#parts));
    const outcome = this.#billed(interval.outcome);
    this.#queue = interval.queueLength;
    this.#steps++;
    this.#total = addOutcomes(this.#total, outcome);
    this.#latencySeconds += latencySum(outcome.latency);
    this.#variant = profile.router === 'weights' ? traffic.variant : this.#variant;
    return { startMs, outcome, record: this.#record, traffic, serving };
  }

  #traffic(): Traffic {
    const { profile, deployment, rules } = this.#parts;
    if (profile.router === 'weights') return weightedTraffic(deployment, rules, this.#variant);
    return { variant: this.#variant, lambdaShare: 0, vmGroups: [], functionGroups: [] };
  }

  /** The simulator knows only the VMs that serve; the bill knows all that are there. */
  #billed(outcome: Outcome): Outcome {
    const { profile, prices, groups, stepSeconds } = this.#parts;
    const vmSeconds = groups.all.map((group) => group.instances.length * stepSeconds);
    const usd = vmSeconds.reduce((sum, seconds, pool) => sum + seconds * vmUsdPerSecond(profile, prices, pool), 0);
    const { launches, terminations, interruptions } = groups.changes();
    return { ...outcome, vmSeconds, launches, terminations, interruptions, usd: { ...outcome.usd, vm: usd } };
  }
}

/** The profile by which the simulator runs: short steps, and machines that serve as soon, and as long, as it is told of them. */
function steppedProfile(profile: ServiceProfile, stepSeconds: number): ServiceProfile {
  return {
    ...profile,
    decisionSeconds: stepSeconds,
    pools: profile.pools.map((pool) => ({
      ...pool,
      boot: { medianSeconds: 0, sigma: 0 },
      drainSeconds: 0,
      spot: pool.spot && { ...pool.spot, interruptionsPerHour: 0 },
    })),
    metrics: { ...profile.metrics, binSeconds: stepSeconds },
  };
}

/** Seconds, each latency taken as the middle of its bin. */
function latencySum(histogram: Float64Array): number {
  let ms = 0;
  for (let bin = 0; bin < histogram.length; bin++) {
    const count = histogram[bin]!;
    if (count > 0) ms += (count * (binLowerMs(bin) + binLowerMs(bin + 1))) / 2;
  }
  return ms / 1000;
}
