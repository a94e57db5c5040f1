import Table from 'cli-table3';
import type colors from 'picocolors';
import { formatAttainment, formatCount, formatDuration, formatMs, formatShare, formatUsd } from './format.ts';
import type { Evaluation } from './json.ts';
import { type Ranked, ranking } from './ranking.ts';

type Colors = ReturnType<typeof colors.createColors>;

const widestName = 40;
const bare = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
};
const rule = {
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

/** The results for a terminal: a table for each trace, best first, and what the marks mean. */
export function evaluationTable(evaluation: Evaluation, paint: Colors): string {
  const tables = evaluation.traces.map((trace, index) => {
    const ranked = ranking(evaluation, trace);
    return `${caption(evaluation, index, ranked, paint)}\n${traceTable(evaluation, ranked, paint)}`;
  });
  return `${tables.join('\n\n')}\n\n${legend(evaluation, paint)}\n`;
}

function caption(evaluation: Evaluation, index: number, ranked: readonly Ranked[], paint: Colors): string {
  const seeds = evaluation.seeds.length === 1 ? '1 seed' : `mean of ${evaluation.seeds.length} seeds`;
  return (
    `${paint.bold(`${evaluation.service} on ${evaluation.traces[index]}`)}: ` +
    `${formatDuration(evaluation.traceSeconds[index]!)}, ${formatCount(ranked[0]?.requests ?? null)} requests, ` +
    `${seeds}, ${evaluation.fidelity}`
  );
}

function traceTable(evaluation: Evaluation, ranked: readonly Ranked[], paint: Colors): string {
  const classes = Object.keys(evaluation.results[0]?.attainment ?? {}).filter((name) => name !== 'all');
  const hasRegret = ranked.some((one) => one.regret !== null);
  const head = ['', 'policy', '$', '$/M requests', 'in time', ...classes, 'accuracy', 'p99', 'spilled', 'launches'];
  if (hasRegret) head.push('regret');
  const table = new Table({
    head: head.map((title) => paint.dim(title)),
    colAligns: head.map((_, column) => (column < 2 ? 'left' : 'right')),
    chars: { ...bare, ...rule },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  for (const one of ranked) table.push(row(one, classes, hasRegret, paint));
  return table.toString();
}

function row(one: Ranked, classes: readonly string[], hasRegret: boolean, paint: Colors): string[] {
  const line = [
    mark(one),
    shortened(one.policy),
    formatUsd(one.usd),
    formatUsd(one.usdPerMillion),
    alarm(formatAttainment(one.attainment.all), one.missesAttainment, paint),
    ...classes.map((name) => formatAttainment(one.attainment[name] ?? null)),
    alarm(formatShare(one.accuracy), one.missesAccuracy, paint),
    formatMs(one.p99Ms),
    formatShare(one.spilledShare),
    formatCount(one.launches),
  ];
  if (hasRegret) line.push(formatShare(one.regret));
  return one.isBest ? line.map((cell) => paint.green(paint.bold(cell))) : line;
}

function mark(one: Ranked): string {
  if (one.isBest) return '*';
  return `${one.missesAttainment ? '!' : ''}${one.missesAccuracy ? '~' : ''}`;
}

function alarm(text: string, isMissed: boolean, paint: Colors): string {
  return isMissed ? paint.red(text) : text;
}

/** The end of a checkpoint's path says more than its start. */
function shortened(name: string): string {
  return name.length <= widestName ? name : `${name.slice(0, 8)}…${name.slice(name.length - widestName + 9)}`;
}

function legend(evaluation: Evaluation, paint: Colors): string {
  const { slo, results } = evaluation;
  const ranked = evaluation.traces.flatMap((trace) => ranking(evaluation, trace));
  const promised = formatAttainment(slo.attainment);
  const lines = ['*  cheapest that keeps the promise'];
  if (ranked.some((one) => one.missesAttainment))
    lines.push(`!  misses the promise of ${promised} in time: ranked last`);
  if (ranked.some((one) => one.missesAccuracy))
    lines.push(`~  misses the accuracy floor of ${formatShare(slo.accuracyFloor)}: ranked last`);
  if (results.some((one) => one.regret !== null))
    lines.push('regret: cost above the least that any policy could have spent');
  if (!ranked.some((one) => one.isBest)) lines[0] = `no policy keeps the promise of ${promised} in time`;
  return lines.map((line) => paint.dim(line)).join('\n');
}
