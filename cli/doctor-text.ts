import type { Finding } from '../env/aws/doctor/finding.ts';
import type { Deployment } from '../env/deployment/deployment.ts';
import type { Colors } from '../policies/evaluation/plain-table.ts';

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
  const count = (state: Finding['state']) => findings.filter((one) => one.state === state).length;
  const problems = count('problem');
  const verdict = problems === 0 ? 'No problem found' : `${problems} ${problems === 1 ? 'problem' : 'problems'} found`;
  return `${verdict}: ${count('ok')} ok, ${count('warning')} to look at, ${count('unknown')} unknown.`;
}

export function doctorJson({ name, region }: Deployment, findings: readonly Finding[]): string {
  return `${JSON.stringify({ deployment: name, region, findings }, null, 2)}\n`;
}
