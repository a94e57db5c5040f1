/**
 * The words that every part of Spillway shares. Plain immutable data; units are in the names.
 * A Policy looks at an Observation and states an Action; an Environment makes it so and reports the Outcome.
 */

import type { Hindrance } from './hindrance.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { VmPool } from './vm-pool.ts';

// ---------------------------------------------------------------------------------------------- given

/** A kind of request. `share` is its part of all arrivals; the shares of a profile add to 1. */
export interface RequestClass {
  readonly name: string;
  readonly share: number;
  /** A request answered within this time after its arrival is in time. */
  readonly deadlineMs: number;
}

/** One trained model that can answer the service's requests. Profiles list them by rising accuracy. */
export interface Variant {
  readonly name: string;
  /** Share of right answers, in (0, 1]. */
  readonly accuracy: number;
}

/** What the router `overflow` may spend within the second, for whatever policy (docs/simulator.md). */
export interface RouterBudgets {
  /** Larger variants where capacity is idle, smaller ones before it spills, the running mean accuracy never below the floor. */
  readonly accuracy: boolean;
  /** A class whose running attainment is above the promise may wait where it would have spilled. */
  readonly misses: boolean;
}

/** `overflow`: decided per request by queue thresholds. `weights`: a fixed share of requests per interval. */
export type RouterKind = 'overflow' | 'weights';

export interface ServiceProfile {
  readonly version: 1;
  readonly name: string;
  /** Time between two decisions. */
  readonly decisionSeconds: number;
  readonly slo: {
    /** Promised share of requests in time, in (0, 1). */
    readonly attainment: number;
    /** Served in this order of priority: the strictest deadline first. */
    readonly classes: readonly RequestClass[];
  };
  /** The mean accuracy of the answers must not fall below this. */
  readonly accuracyFloor: number;
  /** By rising accuracy. */
  readonly variants: readonly Variant[];
  /** Coefficient of variation of every service time (lognormal). */
  readonly serviceCv: number;
  readonly pools: readonly VmPool[];
  readonly lambda: LambdaFunction;
  readonly router: RouterKind;
  readonly budgets: RouterBudgets;
  /** Requests that may wait for VMs; one that arrives beyond is refused, and so lost. Null: no limit. */
  readonly queueLimit: number | null;
  /** A request that waited this long in a VM queue is given up by its client, and so lost. */
  readonly clientTimeoutMs: number;
  readonly metrics: {
    /** Width of the bins in which arrivals are reported; divides `decisionSeconds`. */
    readonly binSeconds: number;
    /** Age of the newest metrics at a decision. */
    readonly delaySeconds: number;
    /** Probability that the metrics of one interval never arrive, in [0, 1). */
    readonly lossProbability: number;
  };
}

export interface PriceBook {
  /** The day on which the prices were read, ISO 8601. */
  readonly date: string;
  readonly region: string;
  readonly source: string;
  readonly usdPerHour: Readonly<Record<string, number>>;
  /** Of spot VMs; absent: the book lists none. */
  readonly spotUsdPerHour?: Readonly<Record<string, number>> | undefined;
  readonly minimumBilledSeconds: number;
  readonly lambdaUsdPerGbSecond: number;
  /** For keeping an environment provisioned. */
  readonly lambdaProvisionedUsdPerGbSecond: number;
  /** For what a provisioned environment serves, in place of `lambdaUsdPerGbSecond`. */
  readonly lambdaProvisionedDurationUsdPerGbSecond: number;
  readonly lambdaUsdPerRequest: number;
}

/** Arrivals over time: a trace, or what a generator with a seed made. */
export interface Workload {
  readonly name: string;
  readonly stepSeconds: number;
  /** [bin] Expected requests in the bin that starts at `bin * stepSeconds`. */
  readonly requests: Float64Array;
  /** True where `requests` are observed whole counts, to be replayed as they are; else each bin is a Poisson mean. */
  readonly counted: boolean;
}

// ---------------------------------------------------------------------------------------------- seen

/** A metric with its age; null: absent, which is never 0. */
export type Signal<T = number> = { readonly value: T; readonly ageSeconds: number } | null;

/** What the cloud's Describe calls tell: current, never late. */
export interface PoolState {
  readonly ready: number;
  readonly booting: number;
  /** VMs that are there and take no requests, though they did, or had the time to. Absent: none. */
  readonly sick?: number;
  /**
   * VMs that were asked for, where those are not as many as are ready and booting. Of more the others failed to come, or are sick; of fewer what is
   * beyond is about to go, or replaces others. Absent: as many.
   */
  readonly asked?: number;
  /** Absent: nothing is in the way. */
  readonly hindrances?: readonly Hindrance[];
}

/** What can be known at a decision. Metrics describe the newest visible interval of `decisionSeconds`. */
export interface Observation {
  readonly timeSeconds: number;
  /** [bin] Requests per second in consecutive bins of `metrics.binSeconds`, oldest first. */
  readonly arrivals: Signal<readonly number[]>;
  /** [pool] Busy share of the ready slots, in [0, 1]. */
  readonly utilization: readonly Signal[];
  /** [class] Requests waiting for a VM at the end of the interval. */
  readonly queueLength: readonly Signal[];
  readonly latencyMs: { readonly p50: Signal; readonly p95: Signal; readonly p99: Signal };
  /** [class] Share of the requests answered or lost in the interval that were in time. */
  readonly attainment: readonly Signal[];
  /** Mean accuracy of the answers of the interval. */
  readonly accuracy: Signal;
  /** Requests per second that went to Lambda. */
  readonly spilledPerSecond: Signal;
  /** [pool] */
  readonly pools: readonly PoolState[];
  /** The action in force; null before the first, and live before the first that knew of arrivals: what is asked blindly at a start binds nobody. */
  readonly lastAction: Action | null;
  /** While there is no `lastAction`: what the deployment was found with, which is what a hold holds. Absent: nobody knows. */
  readonly found?: Action;
}

// ---------------------------------------------------------------------------------------------- done

/** The desired state, never a delta: stating it twice changes nothing. */
export interface Action {
  /** Index into `variants`: the model that answers, on VMs and on Lambda. */
  readonly variant: number;
  /** [pool] Desired VMs. */
  readonly vmCounts: readonly number[];
  readonly lambdaMemoryMb: number;
  readonly spillover: Spillover;
  /** Environments kept initialised (provisioned concurrency), and paid for; absent: none, but live what an operator has set stays. */
  readonly lambdaProvisioned?: number;
  /** Requests for Lambda are gathered before they are sent; absent: each by itself. */
  readonly lambdaBatch?: LambdaBatch;
}

/** A batch is sent when it holds `size` requests, or when its first has waited `timeoutMs`. */
export interface LambdaBatch {
  readonly size: number;
  readonly timeoutMs: number;
}

/** What goes to Lambda, in the terms of the profile's router. */
export interface Spillover {
  /**
   * [class] Router `overflow`: a request that would wait longer than this for a VM goes to Lambda;
   * 0: whenever no slot is free; null: never.
   */
  readonly maxWaitMs: readonly (number | null)[];
  /** Router `weights`: share of all requests sent to Lambda, in [0, 1]. */
  readonly lambdaShare: number;
}

export interface ClassOutcome {
  /** Arrivals. */
  readonly requests: number;
  readonly inTime: number;
  readonly late: number;
  /** Given up in the queue, or throttled. */
  readonly lost: number;
}

/** What happened in an interval: counts and sums only, so that outcomes add (env/outcome.ts). */
export interface Outcome {
  readonly seconds: number;
  /** [class] */
  readonly classes: readonly ClassOutcome[];
  /** Sum over the answered requests of the accuracy of the variant that answered. */
  readonly accuracySum: number;
  /** Requests sent to Lambda. */
  readonly spilled: number;
  readonly throttled: number;
  readonly coldStarts: number;
  readonly launches: number;
  readonly terminations: number;
  /** Spot VMs that were taken back: notices. */
  readonly interruptions: number;
  /** [pool] VM time billed. */
  readonly vmSeconds: readonly number[];
  /** [pool] */
  readonly busySlotSeconds: readonly number[];
  /** [pool] */
  readonly readySlotSeconds: readonly number[];
  readonly usd: {
    readonly vm: number;
    readonly lambdaCompute: number;
    readonly lambdaRequests: number;
    /** For keeping environments provisioned. */
    readonly lambdaProvisioned: number;
  };
  /** Latencies of the answered requests, in the bins of env/histogram.ts. */
  readonly latency: Float64Array;
  /** Change of the requests waiting or in service over the interval: requests = in time + late + lost + this. */
  readonly insideChange: number;
}

// ---------------------------------------------------------------------------------------------- actors

/** A world on some clock: simulated or AWS. There is no reset: a new episode is a new simulator. */
export interface Environment {
  observe(): Promise<Observation>;
  /**
   * Makes the action the desired state, and tells what happened. A simulation lets one decision interval pass and returns what
   * happened in it; on the wall clock it returns at once with what has become known since the last step.
   */
  step(action: Action): Promise<Outcome>;
  close(): Promise<void>;
}

/** An action and, in a sentence, why. */
export interface Decision {
  readonly action: Action;
  readonly reason: string;
}

/** Synchronous, silent, no I/O. It may remember what it observed; a new run needs a new policy. */
export interface Policy {
  readonly name: string;
  decide(observation: Observation): Decision;
  /** Called at most once, before the first decision, with the demand up to it as far as it is known. */
  recall?(past: Workload): void;
  /** Asked after a decision: why it should not be trusted now, in a sentence, although it decides; null: it may be. */
  trust?(): string | null;
}
