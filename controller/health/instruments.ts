import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Registry } from 'prom-client';
import { tensorsAlive } from '../../agent/ppo/tensors-alive.ts';
import { type Fault, faultKinds } from '../../env/aws/calls/fault.ts';
import { guardrailNames } from '../../env/guardrails/guarded.ts';
import { hindranceKinds } from '../../env/hindrance.ts';
import type { Observation, ServiceProfile } from '../../env/types.ts';
import type { JournalEntry, OutcomeNote } from '../journal/journal-entry.ts';
import { rungs } from '../rung.ts';

/** What Prometheus may know of a run; all of it follows from the decisions. */
export interface Instruments {
  decided(entry: JournalEntry, observation: Observation): void;
  missed(service: string): void;
  /** Calls to AWS that failed. */
  failed(service: string, faults: readonly Fault[]): void;
  /** Null: there is no lease. */
  leased(service: string, isHeld: boolean | null): void;
  /** In Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Of a service: shown when somebody asks, which is far rarer than a thousand services decide. */
interface Newest {
  readonly entry: JournalEntry;
  readonly observation: Observation;
  /** The newest outcome that is known. */
  readonly known: OutcomeNote | null;
}

/** `services` by the names under which they decide. */
export function createInstruments(services: ReadonlyMap<string, ServiceProfile>): Instruments {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <T extends string>(name: string, help: string, labels: readonly T[] = []) =>
    new Gauge({ name: `spillway_${name}`, help, labelNames: ['service', ...labels] as const, registers });
  const counter = <T extends string>(name: string, help: string, labels: readonly T[] = []) =>
    new Counter({ name: `spillway_${name}`, help, labelNames: ['service', ...labels] as const, registers });

  const decisions = counter('decisions_total', 'Decisions by who made them', ['rung']);
  const rung = gauge('rung', '1 for who made the newest decision', ['rung']);
  const missed = counter('decisions_missed_total', 'Decisions that could not be made, in time or at all');
  const interventions = counter('guardrail_interventions_total', 'Actions that a guardrail changed', ['guardrail']);
  const unknown = counter('outcomes_unknown_total', 'Decisions of which no outcome is known');
  const writes = counter('writes_total', 'Changes by what became of them', ['state']);
  const faults = counter('api_faults_total', 'Calls that failed, by what went wrong', ['kind']);
  const lease = gauge('lease_held', '1 where this controller may write, 0 in standby; absent without a lease');
  const desired = gauge('vms_desired', 'VMs asked for', ['pool']);
  const real = gauge('vms_ready', 'VMs that take requests', ['pool']);
  const booting = gauge('vms_booting', 'VMs that boot', ['pool']);
  const sick = gauge('vms_sick', 'VMs that are there and take no requests', ['pool']);
  const hindrances = gauge('hindrances', 'What stands in the way of the changes of a pool', ['pool', 'kind']);
  const age = gauge('metric_age_seconds', 'Age of a metric at the decision; NaN where it was absent', ['metric']);
  const costRate = gauge('cost_usd_per_hour', 'What the last interval cost, by the hour');
  const burn = gauge('slo_burn', 'Share of the last interval out of time over the share that the promise allows');
  const tick = gauge('tick_seconds', 'Wall time from the observation to the end of the step');
  ofTheProcess(registers);
  for (const service of services.keys()) {
    for (const one of rungs) decisions.inc({ service, rung: one }, 0);
    for (const guardrail of guardrailNames) interventions.inc({ service, guardrail }, 0);
    for (const kind of faultKinds) faults.inc({ service, kind }, 0);
    missed.inc({ service }, 0);
    unknown.inc({ service }, 0);
  }

  const newest = new Map<string, Newest>();
  const show = (service: string, { entry, observation, known }: Newest) => {
    const profile = services.get(service)!;
    for (const one of rungs) rung.set({ service, rung: one }, one === entry.decidedBy.rung ? 1 : 0);
    for (const [index, { name: pool }] of profile.pools.entries()) {
      const state = observation.pools[index];
      desired.set({ service, pool }, entry.applied.vmCounts[index]!);
      real.set({ service, pool }, state?.ready ?? Number.NaN);
      booting.set({ service, pool }, state?.booting ?? Number.NaN);
      sick.set({ service, pool }, state === undefined ? Number.NaN : (state.sick ?? 0));
      for (const kind of hindranceKinds) {
        const count = state?.hindrances?.filter((one) => one.kind === kind).length ?? 0;
        hindrances.set({ service, pool, kind }, count);
      }
    }
    for (const [metric, seconds] of Object.entries(agesOf(observation))) age.set({ service, metric }, seconds);
    tick.set({ service }, entry.tickMs / 1000);
    if (known === null) return;
    costRate.set({ service }, known.seconds === 0 ? Number.NaN : (known.usd / known.seconds) * 3600);
    const late = known.attainment === null ? 0 : 1 - known.attainment;
    burn.set({ service }, late / (1 - profile.slo.attainment));
  };

  return {
    decided(entry, observation) {
      const { service, outcome } = entry;
      decisions.inc({ service, rung: entry.decidedBy.rung });
      for (const { guardrail } of entry.guardrails) interventions.inc({ service, guardrail });
      for (const { state } of entry.writes) writes.inc({ service, state });
      if (outcome === null) unknown.inc({ service });
      newest.set(service, { entry, observation, known: outcome ?? newest.get(service)?.known ?? null });
    },
    missed: (service) => missed.inc({ service }),
    failed(service, those) {
      for (const { kind } of those) faults.inc({ service, kind });
    },
    leased: (service, isHeld) => (isHeld === null ? undefined : lease.set({ service }, isHeld ? 1 : 0)),
    text: () => {
      for (const [service, told] of newest) show(service, told);
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

/** Asked for when the page is. */
function ofTheProcess(registers: Registry[]): void {
  const lag = monitorEventLoopDelay();
  lag.enable();
  const asked = (name: string, help: string, value: () => number) =>
    new Gauge({
      ...{ name: `spillway_${name}`, help, registers },
      collect() {
        this.set(value());
      },
    });
  asked('heap_bytes', 'Used heap of the process', () => process.memoryUsage().heapUsed);
  asked('resident_bytes', 'Memory of the process', () => process.memoryUsage.rss());
  asked('tensors', 'Tensors of TensorFlow.js that are alive', tensorsAlive);
  asked('loop_lag_seconds', 'By how much the loop was late, 99th percentile since it was asked last', () => {
    const seconds = Math.max(0, lag.percentile(99) / 1e9 - lagResolutionSeconds);
    lag.reset();
    return seconds;
  });
}

/** Of `monitorEventLoopDelay` by default, which it counts as delay (Node.js, perf_hooks). */
const lagResolutionSeconds = 0.01;

/** Of the oldest where a metric is one per pool or class; NaN where one of them is absent. */
function agesOf(observation: Observation): Record<string, number> {
  const { arrivals, queueLength, latencyMs, spilledPerSecond, accuracy } = observation;
  return {
    arrivals: arrivals?.ageSeconds ?? Number.NaN,
    queueLength: Math.max(...queueLength.map((signal) => signal?.ageSeconds ?? Number.NaN)),
    latency: latencyMs.p95?.ageSeconds ?? Number.NaN,
    spilled: spilledPerSecond?.ageSeconds ?? Number.NaN,
    accuracy: accuracy?.ageSeconds ?? Number.NaN,
  };
}
