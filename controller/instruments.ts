import { Counter, Gauge, Registry } from 'prom-client';
import { type GuardrailName, guardrailNames } from '../env/guardrails/guarded.ts';
import type { Observation, ServiceProfile } from '../env/types.ts';
import type { JournalEntry } from './journal-entry.ts';
import { rungs } from './rung.ts';

/** What Prometheus may know of a run; all of it follows from the decisions. */
export interface Instruments {
  decided(entry: JournalEntry, observation: Observation): void;
  /** In Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

export function createInstruments(profile: ServiceProfile): Instruments {
  const registry = new Registry();
  registry.setDefaultLabels({ service: profile.name });
  const registers = [registry];
  const gauge = <T extends string>(name: string, help: string, labelNames: readonly T[] = []) =>
    new Gauge<T>({ name: `spillway_${name}`, help, labelNames, registers });
  const counter = <T extends string>(name: string, help: string, labelNames: readonly T[] = []) =>
    new Counter<T>({ name: `spillway_${name}`, help, labelNames, registers });

  const decisions = counter('decisions_total', 'Decisions by who made them', ['rung']);
  const interventions = counter('guardrail_interventions_total', 'Actions that a guardrail changed', ['guardrail']);
  const unknown = counter('outcomes_unknown_total', 'Decisions of which no outcome is known');
  const vms = gauge('vms_desired', 'VMs asked for', ['pool']);
  const age = gauge('metric_age_seconds', 'Age of a metric at the decision; NaN where it was absent', ['metric']);
  const costRate = gauge('cost_usd_per_hour', 'What the last interval cost, by the hour');
  const burn = gauge('slo_burn', 'Share of the last interval out of time over the share that the promise allows');
  const tick = gauge('tick_seconds', 'Wall time from the observation to the end of the step');
  heap(registers);
  for (const rung of rungs) decisions.inc({ rung }, 0);
  for (const guardrail of guardrailNames) interventions.inc({ guardrail }, 0);

  return {
    decided(entry, observation) {
      decisions.inc({ rung: entry.decidedBy.rung });
      for (const { guardrail } of entry.guardrails) interventions.inc({ guardrail: guardrail satisfies GuardrailName });
      for (const [pool, { name }] of profile.pools.entries()) vms.set({ pool: name }, entry.applied.vmCounts[pool]!);
      for (const [metric, seconds] of Object.entries(agesOf(observation))) age.set({ metric }, seconds);
      tick.set(entry.tickMs / 1000);
      const { outcome } = entry;
      if (outcome === null) return void unknown.inc();
      costRate.set((outcome.usd / outcome.seconds) * 3600);
      burn.set(outcome.attainment === null ? 0 : (1 - outcome.attainment) / (1 - profile.slo.attainment));
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** Asked for when the page is. */
function heap(registers: Registry[]): void {
  new Gauge({
    name: 'spillway_heap_bytes',
    help: 'Used heap of the process',
    registers,
    collect() {
      this.set(process.memoryUsage().heapUsed);
    },
  });
}

/** Of the oldest where a metric is one per pool or class; NaN where one of them is absent. */
function agesOf({ arrivals, queueLength, latencyMs, spilledPerSecond, accuracy }: Observation): Record<string, number> {
  return {
    arrivals: arrivals?.ageSeconds ?? Number.NaN,
    queueLength: Math.max(...queueLength.map((signal) => signal?.ageSeconds ?? Number.NaN)),
    latency: latencyMs.p95?.ageSeconds ?? Number.NaN,
    spilled: spilledPerSecond?.ageSeconds ?? Number.NaN,
    accuracy: accuracy?.ageSeconds ?? Number.NaN,
  };
}
