/* What the parts of the twin know of each other. */

export interface TwinClock {
  /** Time of the simulated world, as milliseconds since 1970. */
  nowMs(): number;
}

/** The Lambda functions as the load reaches them. */
export interface ServingFunctions {
  /** What the traffic of the alias meets now; null: there is no such function or alias. */
  inForce(name: string, alias: string): { readonly memoryMb: number; readonly provisioned: number } | null;
  /** How the alias splits its traffic between versions, its own first; null as above. */
  routes(name: string, alias: string): readonly VersionRoute[] | null;
}

export interface VersionRoute {
  readonly version: string;
  /** Of the traffic of the alias. */
  readonly share: number;
  readonly memoryMb: number;
  /** Of its invocations, that fail: 0 but for a bad version. */
  readonly errorShare: number;
}

export interface ServingRules {
  /** Null: there is no such rule. */
  weights(rule: string): readonly { readonly targetGroup: string; readonly weight: number }[] | null;
}

/** The instances of the Auto Scaling groups as targets of a load balancer. */
export interface TargetSource {
  /** Null: there is no such target group. */
  targets(targetGroup: string): readonly { readonly id: string; readonly state: TargetState }[] | null;
}

export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'draining' | 'unused';

/** The simulated overflow router: what HAProxy is, live. */
export interface RoutedWorld {
  /** From now on: the variant, and how long a request may wait before it goes to Lambda. */
  route(setting: { readonly variant: number; readonly maxWaitMs: readonly (number | null)[] }): void;
  totals(): RouterTotals;
}

/** Since the world began, but for the queues. */
export interface RouterTotals {
  /** How often the world has gone on: of one number all totals are the same, but for `ready`. */
  readonly steps: number;
  /** [class] Arrivals. */
  readonly requests: readonly number[];
  /** [class] Answered within the deadline. */
  readonly inTime: readonly number[];
  /** [class] Answered after it. */
  readonly late: readonly number[];
  /** [class] */
  readonly lost: readonly number[];
  readonly spilled: number;
  /** [class] Waiting for a VM now. */
  readonly queue: readonly number[];
  /** [pool] Slots that were busy, in slot-seconds. */
  readonly busySlotSeconds: readonly number[];
  /** [pool] VMs that serve now. */
  readonly ready: readonly number[];
  /** Latencies of the answered requests, in the bins of env/histogram.ts. */
  readonly latency: Float64Array;
  /** Their sum. */
  readonly latencySeconds: number;
}
