import type { FunctionDeployment } from '../../deployment/deployment.ts';
import { lambdaTier } from '../../physics/service.ts';
import type { ServiceProfile } from '../../types.ts';
import type { Datum, Dimension } from '../cloudwatch/series.ts';
import type { MetricStore } from '../cloudwatch/store.ts';
import type { ServingFunctions } from '../parts.ts';
import type { Passed } from '../world/passed.ts';
import { offeredMemory } from '../world/traffic.ts';
import { countDatum, Gauge } from './datum.ts';
import { FairSplit } from './fair-split.ts';
import { Latencies } from './latencies.ts';
import type { Meter } from './meter.ts';

/** What a version of the function did in the minute. */
interface VersionTally {
  invocations: number;
  /** Of these, that failed; parts of one, since versions fail by a share. */
  errors: number;
  readonly durations: Latencies;
}

/** A Lambda function as its metrics tell it: throttled requests are no invocations, and start-up is no duration. */
export class FunctionMeter implements Meter {
  readonly #deployed: FunctionDeployment;
  readonly #variant: number;
  readonly #profile: ServiceProfile;
  readonly #functions: ServingFunctions;
  readonly #store: MetricStore;
  readonly #durations = new Latencies();
  readonly #busy = new Gauge();
  readonly #split = new FairSplit();
  readonly #versions = new Map<string, VersionTally>();
  #invocations = 0;
  #onProvisioned = 0;
  #throttled = 0;
  #provisioned = 0;

  constructor(
    deployed: FunctionDeployment,
    variant: number,
    parts: { profile: ServiceProfile; functions: ServingFunctions; store: MetricStore },
  ) {
    this.#deployed = deployed;
    this.#variant = variant;
    this.#profile = parts.profile;
    this.#functions = parts.functions;
    this.#store = parts.store;
  }

  note({ traffic, record, outcome }: Passed): void {
    const { name, alias } = this.#deployed;
    this.#provisioned = this.#functions.inForce(name, alias)?.provisioned ?? 0;
    if (traffic.variant !== this.#variant) return;
    this.#invocations += record.invocations;
    this.#onProvisioned += record.onProvisioned;
    this.#throttled += outcome.throttled;
    if (record.invocations === 0) return;
    this.#durations.add(record.duration);
    this.#busy.note(record.mostBusy);
    this.#noteVersions(record.invocations, record.duration);
  }

  /** The simulator serves with one memory size; the durations of a canary are those of its own. */
  #noteVersions(invocations: number, durations: Float64Array): void {
    const routes = this.#functions.routes(this.#deployed.name, this.#deployed.alias) ?? [];
    const counts = this.#split.split(
      invocations,
      routes.map(({ version, share }) => ({ name: version, share })),
    );
    const [main] = [...routes].sort((a, b) => b.share - a.share);
    const usual = this.#serviceSeconds(main?.memoryMb ?? 0);
    for (const { version, share, memoryMb, errorShare } of routes) {
      const known = this.#versions.get(version) ?? { invocations: 0, errors: 0, durations: new Latencies() };
      this.#versions.set(version, known);
      const count = counts.get(version) ?? 0;
      known.invocations += count;
      known.errors += count * errorShare;
      known.durations.add(durations, share, this.#serviceSeconds(memoryMb) / usual);
    }
  }

  #serviceSeconds(memoryMb: number): number {
    const offered = offeredMemory(this.#profile, this.#variant, memoryMb);
    return lambdaTier(this.#profile, this.#variant, offered)!.serviceSeconds;
  }

  publish(startMs: number): void {
    const { name, alias } = this.#deployed;
    const ofFunction = [{ Name: 'FunctionName', Value: name }];
    const ofAlias = [...ofFunction, { Name: 'Resource', Value: `${name}:${alias}` }];
    const tried = this.#invocations + this.#throttled;
    if (tried > 0) {
      const duration = this.#durations.take(1);
      const errors = [...this.#versions.values()].reduce((sum, version) => sum + Math.round(version.errors), 0);
      for (const dimensions of [ofFunction, ofAlias]) {
        this.#tellLoad(startMs, dimensions, this.#invocations, errors, duration);
        this.#tell(
          'Throttles',
          startMs,
          { ...zero, sum: this.#throttled, samples: tried, most: Math.min(1, this.#throttled) },
          dimensions,
        );
      }
      this.#tell('ConcurrentExecutions', startMs, this.#busy.take(), ofFunction);
    }
    this.#publishVersions(startMs, ofAlias);
    if (this.#provisioned > 0) this.#publishProvisioned(startMs, ofAlias);
    this.#invocations = this.#onProvisioned = this.#throttled = 0;
  }

  #publishVersions(startMs: number, ofAlias: readonly Dimension[]): void {
    for (const [version, { invocations, errors, durations }] of this.#versions) {
      const duration = durations.take(1);
      if (invocations === 0) continue;
      const dimensions = [...ofAlias, { Name: 'ExecutedVersion', Value: version }];
      this.#tellLoad(startMs, dimensions, invocations, Math.round(errors), duration);
    }
    this.#versions.clear();
  }

  #publishProvisioned(startMs: number, ofAlias: readonly Dimension[]): void {
    const kept = this.#provisioned;
    this.#tell('ProvisionedConcurrentExecutions', startMs, { ...zero, sum: kept, least: kept, most: kept }, ofAlias);
    this.#tell('ProvisionedConcurrencyInvocations', startMs, countDatum(this.#onProvisioned), ofAlias);
    const spilled = countDatum(this.#invocations - this.#onProvisioned);
    this.#tell('ProvisionedConcurrencySpilloverInvocations', startMs, spilled, ofAlias);
  }

  #tellLoad(
    startMs: number,
    dimensions: readonly Dimension[],
    invocations: number,
    errors: number,
    duration: Datum | null,
  ): void {
    this.#tell('Invocations', startMs, countDatum(invocations), dimensions);
    const failed = { ...zero, sum: errors, samples: invocations, most: Math.min(1, errors) };
    this.#tell('Errors', startMs, failed, dimensions);
    this.#tell('Duration', startMs, duration, dimensions);
  }

  #tell(name: string, startMs: number, datum: Datum | null, dimensions: readonly Dimension[]): void {
    if (datum !== null) this.#store.publish({ namespace: 'AWS/Lambda', name, dimensions }, 'load', startMs, datum);
  }
}

const zero: Datum = { sum: 0, samples: 1, least: 0, most: 0, distribution: null };
