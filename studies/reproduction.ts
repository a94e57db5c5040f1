import type { Experiment, Findings, Laboratory } from './experiment.ts';
import { type Figure, verdict } from './figure.ts';
import { type Score, scoreOf } from './score.ts';

/** Experiments that were run, with what came of them. */
export interface Reproduction {
  readonly version: string;
  readonly seed: number;
  /** Whether real traces were there. */
  readonly traces: boolean;
  readonly experiments: readonly Reproduced[];
}

export interface Reproduced extends Findings {
  readonly name: string;
  readonly title: string;
  readonly source: string;
}

export async function reproduce(
  experiments: readonly Experiment[],
  laboratory: Omit<Laboratory, 'told' | 'once'>,
  told: (experiment: Experiment, note: string) => void,
): Promise<Reproduced[]> {
  const reproduced: Reproduced[] = [];
  const once = onceEach();
  for (const experiment of experiments) {
    const { name, title, source } = experiment;
    const findings = await experiment.run({ ...laboratory, once, told: (note) => told(experiment, note) });
    reproduced.push({ name, title, source, ...findings });
  }
  return reproduced;
}

/** Remembers what was made under each key. */
export function onceEach(): Laboratory['once'] {
  const made = new Map<string, Promise<unknown>>();
  return <Made>(key: string, make: () => Promise<Made>) => {
    const known = made.get(key) ?? make();
    made.set(key, known);
    return known as Promise<Made>;
  };
}

export function allFigures({ experiments }: Pick<Reproduction, 'experiments'>): readonly Figure[] {
  return experiments.flatMap((one) => one.figures);
}

/** One JSON object; numbers are as computed, and what is absent is null. */
export function reproductionText(reproduction: Reproduction): string {
  const experiments = reproduction.experiments.map((one) => ({
    ...one,
    figures: one.figures.map(figureJson),
    score: scoreOf(one.figures),
  }));
  const score: Score = scoreOf(allFigures(reproduction));
  return `${JSON.stringify({ ...reproduction, score, experiments }, null, 2)}\n`;
}

function figureJson(figure: Figure): object {
  const { name, unit, paper, ours, role, tolerance, open } = figure;
  const { error, holds } = verdict(figure);
  return {
    name,
    unit,
    paper,
    ours,
    error,
    role,
    tolerance,
    holds: role === 'input' ? null : holds,
    open: open ?? null,
  };
}
