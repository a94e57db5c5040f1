import type { Workload } from '../env/types.ts';

/** A part of a recording or of what a generator draws, whatever its counts were multiplied with. */
interface Part {
  readonly recording: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

const suffix = /^(.+?)(?:@(\d[\d.e+-]*?)\+(\d[\d.e+-]*)|-x\d[\d.e+-]*)$/;

/** What the name of a workload says of it, as scaleWorkload and sliceWorkload write it: `day-x0.5@3600+7200`. */
function partNamed(name: string): Part {
  const [, before, start, duration] = suffix.exec(name) ?? [];
  if (before === undefined) return { recording: name, fromSeconds: 0, toSeconds: Infinity };
  const whole = partNamed(before);
  if (start === undefined) return whole;
  const fromSeconds = whole.fromSeconds + Number(start);
  return { ...whole, fromSeconds, toSeconds: fromSeconds + Number(duration) };
}

/** Those of `judged` that share time with one of `learnt`; all are names of workloads. */
export function alsoLearntFrom(judged: readonly string[], learnt: readonly string[]): string[] {
  const known = learnt.map(partNamed);
  return judged.filter((name) => {
    const { recording, fromSeconds, toSeconds } = partNamed(name);
    return known.some(
      (one) => one.recording === recording && one.fromSeconds < toSeconds && fromSeconds < one.toSeconds,
    );
  });
}

const mostNames = 3;

/** What flatters policies that are judged on what they learnt from; a sentence each. `who` did so, as in `ppo:runs/mine was trained`. */
export function learntNotes(
  judged: readonly string[],
  learners: readonly { readonly who: string; readonly from: readonly string[] }[],
): string[] {
  return learners.flatMap(({ who, from }) => {
    const seen = alsoLearntFrom(judged, from);
    if (seen.length === 0) return [];
    const more = seen.length > mostNames ? ` and ${seen.length - mostNames} more` : '';
    return [
      `${who} on ${seen.slice(0, mostNames).join(', ')}${more}: what comes of it there says little of other traffic.`,
    ];
  });
}

/** What a training is told that selects on what it learns from; a sentence each. */
export function validationNotes({
  training,
  validation,
}: Readonly<Record<'training' | 'validation', readonly Workload[]>>): string[] {
  const names = (workloads: readonly Workload[]) => workloads.map((one) => one.name);
  return alsoLearntFrom(names(validation), names(training)).map(
    (name) => `--validate ${name}: is learnt from as well, and so selects what knows it by heart; name another trace.`,
  );
}
