import type { Datum, Dimension } from '../cloudwatch/series.ts';
import type { MetricStore } from '../cloudwatch/store.ts';
import type { TargetSource } from '../parts.ts';
import { countDatum, Gauge } from './datum.ts';
import { Latencies } from './latencies.ts';

/** One target group of a load balancer. */
export class TargetGroupMeter {
  readonly #dimensions: readonly Dimension[];
  readonly #store: MetricStore;
  readonly #latencies = new Latencies();
  readonly #healthy = new Gauge();
  readonly #unhealthy = new Gauge();
  #requests = 0;
  #targets = 1;

  constructor(loadBalancer: Dimension, arn: string, store: MetricStore) {
    const targetGroup = { Name: 'TargetGroup', Value: arn.slice(arn.lastIndexOf(':') + 1) };
    this.#dimensions = [loadBalancer, targetGroup];
    this.#store = store;
  }

  /** Requests that were led here, and the share of these latencies that is theirs. */
  note(requests: number, latency: Float64Array, share: number): void {
    this.#requests += requests;
    if (share > 0) this.#latencies.add(latency, share);
  }

  /** Null: its targets are functions, whose health is not checked. */
  look(targets: ReturnType<TargetSource['targets']>): void {
    if (targets === null) return;
    const count = (state: string) => targets.reduce((sum, one) => sum + Number(one.state === state), 0);
    this.#targets = Math.max(1, count('healthy'));
    this.#healthy.note(count('healthy'));
    this.#unhealthy.note(count('unhealthy'));
  }

  publish(startMs: number): void {
    const [loadBalancer, targetGroup] = this.#dimensions;
    this.#tell('RequestCount', startMs, countDatum(this.#requests));
    this.#tell('TargetResponseTime', startMs, this.#latencies.take(1000));
    this.#tell('HealthyHostCount', startMs, this.#healthy.take(), 'group');
    this.#tell('UnHealthyHostCount', startMs, this.#unhealthy.take(), 'group');
    const each = countDatum(this.#requests);
    const perTarget = each && { ...each, sum: each.sum / this.#targets };
    for (const dimensions of [[targetGroup!], [loadBalancer!, targetGroup!]]) {
      this.#tell('RequestCountPerTarget', startMs, perTarget, 'load', dimensions);
    }
    this.#requests = 0;
  }

  #tell(
    name: string,
    startMs: number,
    datum: Datum | null,
    source: 'load' | 'group' = 'load',
    dimensions = this.#dimensions,
  ): void {
    if (datum === null) return;
    this.#store.publish({ namespace: 'AWS/ApplicationELB', name, dimensions }, source, startMs, datum);
  }
}
