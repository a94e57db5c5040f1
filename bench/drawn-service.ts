import { parseProfile } from '../env/profile.ts';
import { Random } from '../env/random.ts';
import type { ServiceProfile } from '../env/types.ts';

export interface DrawnService {
  readonly profile: ServiceProfile;
  /** VMs that the mean demand keeps busy. */
  readonly fleet: number;
}

/** A service that nobody has thought of: its latencies, deadlines, boots, prices of work and budgets are drawn. The same seed, the same service. */
export function drawnService(seed: number): DrawnService {
  const random = Random.seeded(seed, 'drawn service');
  const of = <T>(...options: readonly T[]): T => options[random.below(options.length)]!;
  const vmMs = of(20, 72, 150, 400);
  const smallerMs = vmMs / of(1.5, 2, 3, 5, 8);
  // A unit of work on Lambda costs about 1, 2, 4 and 8 times what it costs on a VM.
  const lambdaMs = vmMs * of(3, 6, 13, 26);
  const accuracy = 0.7 + of(0.02, 0.05, 0.08);
  const deadlineMs = lambdaMs + vmMs * of(3, 5, 10);
  const coldMs = of(1500, 3000, 5000);
  const text = `
version: 1
name: drawn-${seed}
decisionSeconds: 60
slo:
  attainment: ${of(0.95, 0.99, 0.995)}
  classes:
    strict: { share: 0.5, deadlineMs: ${deadlineMs} }
    relaxed: { share: 0.5, deadlineMs: ${2 * deadlineMs} }
accuracyFloor: ${accuracy - of(0.003, 0.01, 0.4 * (accuracy - 0.7))}
variants:
  small: { accuracy: 0.7 }
  large: { accuracy: ${accuracy} }
serviceCv: ${of(0, 0.12, 0.4)}
pools:
  cpu:
    instanceType: m5.2xlarge
    min: 1
    max: 400
    slots: ${of(1, 1, 2, 4)}
    boot: { medianSeconds: ${of(60, 200, 400)}, sigma: 0.2 }
    drainSeconds: 30
    contention: ${of(0, 0, 0, 0.02, 0.1)}
    serviceMs: { small: ${smallerMs}, large: ${vmMs} }
lambda:
  memoryMb: [2048]
  serviceMs: { small: [${(smallerMs * lambdaMs) / vmMs}], large: [${lambdaMs}] }
  coldStartMs: { small: [${coldMs}], large: [${coldMs}] }
  concurrencyLimit: ${of(200, 1000, 10_000)}
metrics: { delaySeconds: ${of(0, 0, 60, 120)} }
budgets: { accuracy: ${of(true, false)}, misses: ${of(true, false)} }
`;
  return { profile: parseProfile(text, `drawn-${seed}`), fleet: of(3, 8, 16) };
}
