import type { Finding } from '../env/aws/doctor/finding.ts';
import type { Deployment } from '../env/deployment/deployment.ts';
import type { Colors } from '../policies/evaluation/plain-table.ts';
import { columns } from './columns.ts';

interface Screen {
  readonly paint: Colors;
  /** Columns. */
  readonly width: number;
}

const leastWidth = 60;

/** One line per finding, folded to the screen, with the remedy below it; then how many there are of each state. */
export function doctorText(findings: readonly Finding[], { paint, width }: Screen): string {
  const checkWidth = widest(findings.map(({ check }) => check));
  const indent = 'warning'.length + checkWidth + 4;
  const fold = (text: string) => folded(text, Math.max(width, leastWidth) - indent);
  const lines = findings.flatMap(({ check, subject, state, said, remedy }) => {
    const [first, ...rest] = fold(`${subject}: ${said}`);
    const advice = remedy === null ? [] : fold(`-> ${remedy}`).map((line) => paint.dim(line));
    const head = `${painted(state, paint)}  ${check.padEnd(checkWidth)}  ${first}`;
    return [head, ...[...rest, ...advice].map((line) => `${' '.repeat(indent)}${line}`)];
  });
  return `${lines.join('\n')}\n\n${totals(findings)}\n`;
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, text.length), 0);
}

function painted(state: Finding['state'], paint: Colors): string {
  const colours = { ok: paint.green, warning: paint.yellow, problem: paint.red, unknown: paint.dim };
  return colours[state](state.padEnd('warning'.length));
}

/** Between words, each line at most so wide unless a word is wider. */
function folded(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(/(?<= )(?=\S)/)) {
    if (lines.at(-1) !== '' && `${lines.at(-1)}${word}`.trimEnd().length > width) lines.push('');
    lines[lines.length - 1] += word;
  }
  return lines.map((line) => line.trimEnd());
}

function totals(findings: readonly Finding[]): string {
  const count = countsOf(findings);
  const { problem } = count;
  const verdict = problem === 0 ? 'No problem found' : `${problem} ${problem === 1 ? 'problem' : 'problems'} found`;
  return `${verdict}: ${count.ok} ok, ${count.warning} to look at, ${count.unknown} unknown.`;
}

function countsOf(findings: readonly Finding[]): Readonly<Record<Finding['state'], number>> {
  const count = (state: Finding['state']) => findings.filter((one) => one.state === state).length;
  return { ok: count('ok'), warning: count('warning'), problem: count('problem'), unknown: count('unknown') };
}

/** One of several that were examined. */
export interface Examined {
  readonly file: string;
  /** Null: its files are wrong. */
  readonly deployment: Deployment | null;
  readonly findings: readonly Finding[];
  readonly problem: Error | null;
}

/** Above the findings of one of several. */
export function titleText({ file, deployment, problem }: Examined, { paint }: Screen): string {
  if (problem !== null) return `${paint.bold(file)}\n${paint.red('wrong input')}  ${problem.message}`;
  return paint.bold(`${deployment!.name} in ${deployment!.region} (${file})`);
}

/** A line for each of several: the whole fleet at a glance. */
export function verdictsText(all: readonly Examined[], { paint }: Screen): string {
  const rows = all.map(({ file, deployment, findings, problem }) => {
    const isWrong = problem !== null || findings.some(({ state }) => state === 'problem');
    const verdict = problem === null ? totals(findings) : 'Wrong input.';
    return [deployment?.name ?? file, isWrong ? paint.red(verdict) : paint.green(verdict)];
  });
  return `${columns(rows).join('\n')}\n`;
}

export function doctorJson(examined: Examined): string {
  return `${JSON.stringify(dataOf(examined), null, 2)}\n`;
}

export function doctorsJson(all: readonly Examined[]): string {
  return `${JSON.stringify(all.map(dataOf), null, 2)}\n`;
}

function dataOf({ file, deployment, findings, problem }: Examined): object {
  return {
    file,
    deployment: deployment?.name ?? null,
    region: deployment?.region ?? null,
    problem: problem?.message ?? null,
    findings,
  };
}
