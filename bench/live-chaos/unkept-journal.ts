import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalLine } from '../../controller/journal/journal-entry.ts';
import { inheritedJournal, type Seat } from './seat.ts';

/** What the journal of a seat has lost: sentences. */
export function unkeptJournal({
  folders,
  kills,
  leastDecisions,
}: Pick<Seat, 'folders' | 'kills' | 'leastDecisions'>): string[] {
  const changed = folders.filter((folder) => {
    const before = join(folder, inheritedJournal);
    if (!existsSync(before)) return false;
    return !read(join(folder, 'journal.jsonl')).startsWith(read(before));
  });
  const lines = read(join(folders.at(-1)!, 'journal.jsonl')).split('\n');
  const { whole, broken } = sorted(lines);
  const decisions = whole.filter(isDecision).length;
  return [
    ...changed.map((folder) => `what stood in the journal was changed in ${folder}`),
    ...(broken <= kills ? [] : [`${broken} lines of the journal are broken, by ${kills} kills`]),
    ...gaps(whole),
    ...(decisions >= leastDecisions ? [] : [`${decisions} decisions in the journal, where ${leastDecisions} were due`]),
  ];
}

function sorted(lines: readonly string[]): { readonly whole: readonly JournalLine[]; readonly broken: number } {
  const whole: JournalLine[] = [];
  let broken = 0;
  for (const line of lines) {
    if (line === '') continue;
    try {
      whole.push(JSON.parse(line) as JournalLine);
    } catch {
      broken++;
    }
  }
  return { whole, broken };
}

/** Made or missed, and no intent or note of what came before. */
function isDecision({ kind }: JournalLine): boolean {
  return kind !== 'intent' && kind !== 'past';
}

/** Decisions, made or missed, are numbered from 1 in each life, and none is left out or told twice. */
function gaps(lines: readonly JournalLine[]): string[] {
  const numbers = new Map<string, number[]>();
  for (const { id } of lines.filter(isDecision)) {
    const [run, , number] = id.split('/');
    numbers.set(run!, [...(numbers.get(run!) ?? []), Number(number)]);
  }
  return [...numbers].flatMap(([run, all]) => {
    const isWhole = all.every((number, index) => number === index + 1);
    return isWhole ? [] : [`decisions of ${run} in the journal: ${all.join(', ')}`];
  });
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
