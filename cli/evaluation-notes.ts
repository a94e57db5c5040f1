import { fluidDoubts } from '../env/sim/fluid-doubts.ts';
import type { ServiceProfile, Workload } from '../env/types.ts';
import type { Fidelity } from './parts.ts';

/** What whoever reads the table should know of this service, and of the traces it was run on; a sentence each. */
export function evaluationNotes(
  profile: ServiceProfile,
  fidelity: Fidelity,
  workloads: readonly Workload[] = [],
): string[] {
  const doubts = fidelity === 'fluid' ? fluidDoubts(profile, workloads) : [];
  return [
    ...(doubts.length === 0
      ? []
      : [
          `fluid is less exact (docs/simulator.md) for ${doubts.join('; and for ')}: judge with --fidelity request-level.`,
        ]),
    ...lateOnLambda(profile),
  ];
}

/** Classes whose deadline is below the mean of every function: most of what is spilled of them is late. */
function lateOnLambda({ lambda, slo }: ServiceProfile): string[] {
  const fastest = Math.min(...lambda.serviceMs.flat().filter((ms) => ms !== null));
  return slo.classes
    .filter((one) => one.deadlineMs < fastest)
    .map(
      ({ name, deadlineMs }) =>
        `of class ${name} most of what goes to Lambda is late: its deadline is ${deadlineMs} ms, and the fastest function takes ${fastest} ms in the mean.`,
    );
}
