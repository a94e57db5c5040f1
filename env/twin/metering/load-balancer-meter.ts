import type { Datum } from '../cloudwatch/series.ts';
import type { MetricStore } from '../cloudwatch/store.ts';
import type { TargetSource } from '../parts.ts';
import type { Passed } from '../world/passed.ts';
import type { TargetShare } from '../world/traffic.ts';
import { countDatum } from './datum.ts';
import { FairSplit } from './fair-split.ts';
import { Latencies } from './latencies.ts';
import type { Meter } from './meter.ts';
import { TargetGroupMeter } from './target-group-meter.ts';

/**
 * An application load balancer as its metrics tell it: a request for which there is no target is a 503 and no RequestCount, errors are told
 * where there are any, and without traffic nothing is.
 */
export class LoadBalancerMeter implements Meter {
  readonly #arn: string;
  readonly #store: MetricStore;
  readonly #targets: TargetSource;
  readonly #groups = new Map<string, TargetGroupMeter>();
  readonly #split = new FairSplit();
  readonly #latencies = new Latencies();
  #requests = 0;
  #without = 0;
  #gaveUp = 0;
  #throttled = 0;
  /** Requests told as 503 that the simulator still has waiting: they are not to be told again when they give up. */
  #alreadyTold = 0;

  constructor(arn: string, targetGroups: readonly string[], store: MetricStore, targets: TargetSource) {
    this.#arn = arn;
    this.#store = store;
    this.#targets = targets;
    for (const one of targetGroups) this.#groups.set(one, new TargetGroupMeter(dimensionOf(arn), one, store));
  }

  note(passed: Passed): void {
    const { outcome, record, traffic, serving } = passed;
    const total = outcome.classes.reduce((sum, one) => sum + one.requests, 0);
    const lost = outcome.classes.reduce((sum, one) => sum + one.lost, 0);
    const toVms = total - outcome.spilled;
    // In front of a router of its own, the load balancer has the router for a target.
    const hasTargets = traffic.vmGroups.length === 0 || serving.some((count) => count > 0);
    if (!hasTargets) this.#without += toVms;
    this.#alreadyTold += hasTargets ? 0 : toVms;
    this.#requests += outcome.spilled + (hasTargets ? toVms : 0);
    this.#throttled += outcome.throttled;
    const told = Math.min(this.#alreadyTold, lost - outcome.throttled);
    this.#alreadyTold -= told;
    this.#gaveUp += lost - outcome.throttled - told;
    this.#latencies.add(outcome.latency);
    const vmLatency = outcome.latency.map((count, bin) => Math.max(0, count - record.latency[bin]!));
    this.#toGroups(traffic.vmGroups, hasTargets ? toVms : 0, vmLatency);
    this.#toGroups(traffic.functionGroups, outcome.spilled, record.latency);
    for (const [name, group] of this.#groups) group.look(this.#targets.targets(name));
  }

  #toGroups(shares: readonly TargetShare[], requests: number, latency: Float64Array): void {
    const named = shares.map(({ targetGroup, share }) => ({ name: targetGroup, share }));
    for (const [name, count] of this.#split.split(requests, named)) {
      const { share } = shares.find(({ targetGroup }) => targetGroup === name)!;
      this.#groups.get(name)?.note(count, latency, share);
    }
  }

  publish(startMs: number): void {
    const told: readonly (readonly [string, Datum | null])[] = [
      ['RequestCount', countDatum(this.#requests)],
      ['TargetResponseTime', this.#latencies.take(1000)],
      ['HTTPCode_ELB_503_Count', countDatum(this.#without)],
      ['HTTPCode_ELB_504_Count', countDatum(this.#gaveUp)],
      ['HTTPCode_ELB_5XX_Count', countDatum(this.#without + this.#gaveUp + this.#throttled)],
    ];
    for (const [name, datum] of told) {
      if (datum === null) continue;
      const metric = { namespace: 'AWS/ApplicationELB', name, dimensions: [dimensionOf(this.#arn)] };
      this.#store.publish(metric, 'load', startMs, datum);
    }
    for (const group of this.#groups.values()) group.publish(startMs);
    this.#requests = this.#without = this.#gaveUp = this.#throttled = 0;
  }
}

/** A load balancer's name in a dimension is the end of its ARN. */
function dimensionOf(arn: string) {
  return { Name: 'LoadBalancer', Value: arn.slice(arn.indexOf(':loadbalancer/') + ':loadbalancer/'.length) };
}
