import { GuardedEnvironment } from '../../../env/guardrails/guarded.ts';
import { defaultLimits, type Limits, limitsSchema } from '../../../env/guardrails/limits.ts';
import { defaultPrices } from '../../../env/prices.ts';
import type { Action, Observation } from '../../../env/types.ts';
import { actionOf, FakeEnvironment, observationOf, profile } from '../../controller/fakes.ts';

/** Limits under which nothing but what a test names speaks. */
export const loose: Limits = limitsSchema.parse({
  step: { growthShare: 100, cutShare: 1, leastVms: 100 },
  growth: { launches: 1000 },
  scaleInDelaySeconds: 0,
  disruption: { share: 1, leastVms: 1000 },
  dwell: { variantSeconds: 0, memorySeconds: 0 },
  startUpSeconds: 0,
});

export function limitsOf(over: Partial<Limits>): Limits {
  return { ...loose, ...over };
}

export { defaultLimits };

/** Everything known and fresh, the fleet as told. */
export function seen(cpu: number, gpu = 0, over: Partial<Observation> = {}): Observation {
  const signal = { value: 0.5, ageSeconds: 60 };
  return observationOf({
    utilization: [signal, signal],
    pools: [
      { ready: cpu, booting: 0 },
      { ready: gpu, booting: 0 },
    ],
    lastAction: actionOf(cpu, gpu),
    ...over,
  });
}

export interface Moment {
  readonly observation: Observation;
  readonly wanted: Action;
}

/** The moments one after the other, a minute apart unless they say otherwise; [moment] what was applied and who spoke. */
export async function play(limits: Limits, moments: readonly Moment[], at = new Date(Date.UTC(2026, 0, 5, 12))) {
  const inner = new FakeEnvironment();
  const environment = new GuardedEnvironment(inner, {
    profile,
    prices: defaultPrices,
    limits,
    wallTime: ({ timeSeconds }) => new Date(at.getTime() + 1000 * timeSeconds),
  });
  const said: { readonly vms: readonly number[]; readonly by: readonly string[]; readonly applied: Action }[] = [];
  for (const [index, { observation, wanted }] of moments.entries()) {
    inner.observe = async () => timed(observation, index);
    await environment.observe();
    await environment.step(wanted);
    const { applied, interventions } = environment.last!;
    said.push({ vms: applied.vmCounts, by: interventions.map(({ guardrail }) => guardrail), applied });
  }
  return said;
}

function timed(observation: Observation, index: number): Observation {
  return { ...observation, timeSeconds: observation.timeSeconds === 0 ? 60 * index : observation.timeSeconds };
}
