import type { Deployment } from '../deployment/deployment.ts';
import type { Action, Environment, Observation, Outcome, PoolState, PriceBook, ServiceProfile } from '../types.ts';
import { ownReads, type SharedReads } from './calls/bulk-reads.ts';
import { Calls } from './calls/call.ts';
import { ClockSkew, holdSkewSeconds, warnSkewSeconds } from './calls/clock-skew.ts';
import type { Fault } from './calls/fault.ts';
import type { AwsClients } from './clients.ts';
import { FleetAccount } from './fleet/fleet-account.ts';
import { FleetReader } from './fleet/fleet-reader.ts';
import type { FleetView, FleetViewer, PoolView } from './fleet/fleet-view.ts';
import { FunctionMemory } from './fleet/function-memory.ts';
import { type FoundActionParts, foundAction, foundSetting } from './found-action.ts';
import type { Actuates, Actuation } from './levers/actuation.ts';
import { ruleReader } from './levers/rule-reader.ts';
import { ActionLog } from './metrics/action-log.ts';
import { CloudReader, type Lateness } from './metrics/cloud-reader.ts';
import { type LambdaUseParts, lambdaUse } from './metrics/lambda-use.ts';
import { inBins, metricsOf, type Seen } from './metrics/observation.ts';
import { OutcomeReader } from './metrics/outcome-reader.ts';
import { routerTraffic } from './metrics/router-traffic.ts';
import type { OverflowRouter, RouterReading } from './overflow-router.ts';

export interface AwsEnvironmentParts {
  readonly profile: ServiceProfile;
  readonly deployment: Deployment;
  readonly prices: PriceBook;
  readonly clients: AwsClients;
  readonly actuator: Actuates;
  /** In shadow mode the policy is shown the fleet that its actions would have made. */
  readonly viewer: FleetViewer;
  /** Null: the profile's router is `weights`. */
  readonly router: OverflowRouter | null;
  /** The time by which metrics are read; in a rehearsal the twin's. */
  readonly now: () => Date;
  /** The machine's own clock, with which the Date headers of the answers are compared; in a rehearsal it is not `now`. */
  readonly machineNow: () => Date;
  /** Uniform in [0, 1), so that many services do not ask together for what may wait; absent: each in its time. */
  readonly random?: () => number;
  /** Of all services of the process with these clients; absent: this one reads by itself. */
  readonly sharedReads?: Pick<SharedReads, 'skew' | 'for'>;
  /** For one call with all its retries; absent: 10 s. */
  readonly callDeadlineMs?: number;
}

/** How the reading goes, for health, metrics and the doctor. */
export interface Readings {
  /** How far the clock of AWS is ahead of the machine's; null: no answer yet. */
  readonly skewSeconds: number | null;
  /** Of the last observation. */
  readonly faults: readonly Fault[];
  /** Calls since the start. */
  readonly calls: number;
  readonly lateness: Lateness;
  /** What kept the last observation or step from being whole, in sentences without secrets. */
  readonly said: readonly string[];
}

/**
 * AWS on the wall clock: its time begins when it is made. Nothing that AWS answers makes it throw: what is not known is absent,
 * and what stands in the way of a pool is a hindrance of that pool.
 */
export class AwsEnvironment implements Environment {
  readonly startedAt: Date;
  readonly #parts: AwsEnvironmentParts;
  readonly #calls: Calls;
  readonly #skew: ClockSkew;
  readonly #cloud: CloudReader;
  readonly #functions: FunctionMemory;
  readonly #lambda: LambdaUseParts;
  readonly #fleet: FleetReader;
  readonly #found: FoundActionParts;
  readonly #account: FleetAccount;
  readonly #actions = new ActionLog();
  readonly #outcomes: OutcomeReader;
  #observedMs: number;
  /** By how much the clock was set back, all in all. */
  #setBackMs = 0;
  #view: FleetView | null = null;
  /** At the last observation there were arrivals, and every group could be read. */
  #isKnown = false;
  /** An action was made so that was decided on that. */
  #hasBegun = false;
  #actuation: Actuation | null = null;
  #faults: readonly Fault[] = [];
  #said: readonly string[] = [];

  constructor(parts: AwsEnvironmentParts) {
    const { profile, deployment, prices, clients, now, machineNow, callDeadlineMs = 10_000 } = parts;
    this.#parts = parts;
    this.startedAt = now();
    const startMs = this.startedAt.getTime();
    this.#observedMs = startMs;
    this.#calls = new Calls(callDeadlineMs);
    this.#skew = parts.sharedReads?.skew ?? new ClockSkew(clients, machineNow);
    const reads = parts.sharedReads?.for(this.#calls) ?? ownReads(clients, this.#calls);
    this.#cloud = new CloudReader(profile, deployment, reads, startMs);
    this.#functions = new FunctionMemory(deployment, clients, this.#calls, parts.random ?? (() => 0.5));
    const { book, metrics } = this.#cloud;
    this.#lambda = { profile, prices, book, functions: metrics.functions, memoryMb: this.#functions.memoryMb };
    this.#fleet = new FleetReader(profile, deployment, clients, this.#calls, reads);
    const rule = ruleReader(clients.loadBalancing, this.#calls);
    this.#found = { profile, deployment, rule, router: parts.router, functions: this.#functions };
    this.#account = new FleetAccount(profile, startMs);
    this.#outcomes = new OutcomeReader(profile, prices, this.#account, this.#actions);
  }

  get readings(): Readings {
    const [cloud, nowMs] = [this.#cloud, this.#parts.now().getTime()];
    return {
      skewSeconds: this.#skew.seconds,
      faults: this.#faults,
      calls: this.#calls.count,
      get lateness() {
        return cloud.lateness(nowMs);
      },
      said: this.#said,
    };
  }

  async observe(): Promise<Observation> {
    const { actuator, router, viewer, profile, now } = this.#parts;
    const nowMs = now().getTime();
    const reading = (await router?.observe()) ?? null;
    const [pools, setting] = await Promise.all([
      this.#fleet.read(actuator.written, nowMs, reading?.servers ?? null),
      this.#hasBegun ? null : foundSetting(this.#found, nowMs),
      this.#cloud.read(nowMs, this.#actions.last?.variant ?? null),
      this.#functions.read(this.#actions.last, nowMs),
    ]);
    this.#account.saw(
      nowMs,
      pools.map(({ counted }) => counted),
    );
    this.#view = viewer.view({ pools: pools.map(({ view }, pool) => this.#withDenied(view, pool)) });
    const isRead = pools.every(({ counted }) => counted !== null);
    const seen = this.#seen(reading, nowMs);
    this.#note(router !== null && reading === null);
    const metrics = metricsOf(this.#isSkewed ? [] : seen, profile);
    this.#isKnown = metrics.arrivals !== null && isRead;
    return {
      timeSeconds: this.#timeSeconds(nowMs),
      ...metrics,
      pools: this.#view.pools.map(stateOf),
      lastAction: this.#hasBegun ? this.#actions.last : null,
      ...(setting !== null && isRead ? { found: foundAction(setting, profile, this.#view) } : {}),
    };
  }

  async step(action: Action): Promise<Outcome> {
    const nowMs = this.#parts.now().getTime();
    if (this.#view === null) this.#said = [...this.#said, 'No fleet was read yet: nothing is changed.'];
    else await this.#apply(action, this.#view, nowMs);
    return this.#tell(nowMs);
  }

  async close(): Promise<void> {
    await this.#parts.router?.close();
    this.#parts.clients.close();
  }

  /** Never goes back, whatever the clock does: windows of what was done and seen would else wait until it is where it was. */
  #timeSeconds(nowMs: number): number {
    this.#setBackMs += Math.max(0, this.#observedMs - nowMs);
    this.#observedMs = nowMs;
    return (nowMs + this.#setBackMs - this.startedAt.getTime()) / 1000;
  }

  async #apply(action: Action, view: FleetView, nowMs: number): Promise<void> {
    this.#hasBegun ||= this.#isKnown;
    this.#actuation = await this.#parts.actuator.apply(action, view, !this.#hasBegun);
    this.#actions.did(nowMs, this.#actuation.inForce);
    this.#said = [...this.#said, ...this.#actuation.said];
  }

  /** Of the router all that was counted is told with the next step; of CloudWatch what is final. */
  #tell(nowMs: number): Outcome {
    const usesRouter = this.#parts.router !== null;
    const toldUntilMs = this.#cloud.takeFinal(nowMs, (startMs, readSinceMs) => {
      const action = this.#actions.at(startMs);
      const use = action && lambdaUse(this.#lambda, startMs, readSinceMs, action);
      if (use === null) return false;
      const { readySlotSeconds } = this.#account.between(startMs, startMs + 60_000);
      if (!usesRouter && !this.#outcomes.tookRequests(this.#cloud.traffic(startMs, readSinceMs), readySlotSeconds)) {
        return false;
      }
      this.#outcomes.tookLambda(use);
      return true;
    });
    return this.#outcomes.tell(usesRouter ? nowMs : (toldUntilMs ?? nowMs));
  }

  /** The freshest first. */
  #seen(reading: RouterReading | null, nowMs: number): Seen[] {
    const { profile } = this.#parts;
    const cloud = this.#cloud.newest(nowMs, this.#account);
    if (reading === null) return cloud === null ? [] : [cloud];
    const { readySlotSeconds } = this.#account.between(nowMs - reading.seconds * 1000, nowMs);
    const traffic = routerTraffic(reading, profile, this.#actions.last?.variant ?? null, readySlotSeconds);
    this.#outcomes.tookRequests(traffic, readySlotSeconds);
    const arrivals = inBins(reading.arrivals, reading.seconds, profile);
    const router = { ageSeconds: 0, traffic, arrivals, queue: reading.queue, readySlotSeconds };
    return cloud === null ? [router] : [router, cloud];
  }

  get #isSkewed(): boolean {
    return Math.abs(this.#skew.seconds ?? 0) > holdSkewSeconds;
  }

  #withDenied(view: PoolView, pool: number): PoolView {
    const denied = this.#actuation?.hindrances[pool] ?? [];
    return { ...view, hindrances: [...view.hindrances, ...denied] };
  }

  #note(isRouterSilent: boolean): void {
    this.#faults = this.#calls.takeFaults();
    const skew = this.#skew.seconds ?? 0;
    const about = `The clock of AWS and the machine's are ${Math.abs(skew)} s apart`;
    this.#said = [
      ...new Set(this.#faults.map(({ said }) => said)),
      ...(isRouterSilent ? ['The router tells nothing: it does not answer, or has only begun.'] : []),
      ...(this.#isSkewed ? [`${about}: no metric is trusted.`] : []),
      ...(!this.#isSkewed && Math.abs(skew) > warnSkewSeconds ? [`${about}.`] : []),
    ];
  }
}

function stateOf({ desired, ready, booting, sick, hindrances }: PoolView): PoolState {
  return {
    ...{ ready, booting },
    ...(sick > 0 ? { sick } : {}),
    ...(desired === ready + booting ? {} : { asked: desired }),
    ...(hindrances.length > 0 ? { hindrances } : {}),
  };
}
