import type picocolors from 'picocolors';
import type { Sensitivity } from '../studies/experiment.ts';
import type { Figure } from '../studies/figure.ts';
import { allFigures, type Reproduced, type Reproduction } from '../studies/reproduction.ts';
import { scoreOf } from '../studies/score.ts';
import { missReasons, scoreSentence, shownFigure } from '../studies/shown.ts';
import { columns } from './columns.ts';

type Paint = ReturnType<typeof picocolors.createColors>;

const heads = ['figure', 'paper', 'ours', 'error', 'role', 'tolerance', 'holds'] as const;

/** Every experiment as a table with its assumptions, fits and sensitivities, and the score at the end. */
export function reproductionTable(reproduction: Reproduction, paint: Paint): string {
  const parts = reproduction.experiments.map((one) => experimentText(one, paint));
  const score = scoreSentence(scoreOf(allFigures(reproduction)));
  return `${parts.join('\n')}\n${paint.bold(`Score: ${score}`)}\n`;
}

function experimentText(one: Reproduced, paint: Paint): string {
  const lines = [
    paint.bold(`${one.name}: ${one.title}`),
    paint.dim(one.source),
    ...figureLines(one.figures, paint),
    ...missReasons(one.figures).map(({ names, because }) => `  Missed: ${names.join('; ')}. ${because}`),
    ...one.assumptions.map((sentence) => `  Assumed: ${sentence}`),
    ...one.fits.map(
      ({ parameter, value, unit, to }) => `  Fitted: ${parameter}, ${[short(value), unit].join(' ').trim()}, to ${to}`,
    ),
    ...one.sensitivities.flatMap(sensitivityLines),
    `  ${scoreSentence(scoreOf(one.figures))}`,
  ];
  return `${lines.join('\n')}\n`;
}

function figureLines(figures: readonly Figure[], paint: Paint): string[] {
  const shown = figures.map((figure) => {
    const cells = shownFigure(figure);
    return [cells.name, cells.paper, cells.ours, cells.error, cells.role, cells.tolerance, cells.holds];
  });
  const [head, ...rows] = columns([[...heads], ...shown]);
  return [
    paint.dim(`  ${head}`),
    ...rows.map((row, index) => (shown[index]!.at(-1) === 'NO' ? paint.red(`  ${row}`) : `  ${row}`)),
  ];
}

function sensitivityLines({ parameter, columns: names, rows }: Sensitivity): string[] {
  const cells = [['', ...names], ...rows.map((row) => [row.value, ...row.cells])];
  return [`  Sensitivity to ${parameter}:`, ...columns(cells).map((line) => `    ${line}`)];
}

export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
