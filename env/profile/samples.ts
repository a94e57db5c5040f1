import { readCsvRecords } from '../csv-records.ts';
import { InputProblem } from '../problem.ts';
import { shown } from '../shown.ts';

/** One measured answer of a service. */
export interface Sample {
  readonly variant: string;
  /** A pool of the profile, its instance type, or `lambda`. */
  readonly resource: string;
  /** Of the function; null: not on Lambda. */
  readonly memoryMb: number | null;
  /** Requests answered together. */
  readonly batch: number;
  /** Without waiting in a queue. */
  readonly latencyMs: number;
  /** The first answer of a new environment. */
  readonly isCold: boolean;
  /** In the file, for refusals. */
  readonly line: number;
}

const required = ['variant', 'resource', 'latency_ms'] as const;
const optional = ['memory_mb', 'batch', 'cold'] as const;
const yes = ['1', 'true', 'yes', 'cold'];
const no = ['', '0', 'false', 'no', 'warm'];

/** From CSV with the columns above in any order; without `batch` each sample is a single request, without `cold` all are warm. */
export function parseSamples(text: string, file: string): Sample[] {
  const rows = new SampleRows(file);
  readCsvRecords(text, file, (record, line) => rows.add(record, line));
  return rows.finish();
}

class SampleRows {
  readonly #file: string;
  readonly #samples: Sample[] = [];
  #header: readonly string[] | null = null;
  #line = 1;

  constructor(file: string) {
    this.#file = file;
  }

  add(record: readonly string[], line: number): void {
    this.#line = line;
    if (this.#header === null) this.#header = this.#checkedHeader(record);
    else this.#samples.push(this.#sample(record));
  }

  finish(): Sample[] {
    if (this.#samples.length === 0) {
      this.#refuse(
        `there are no samples: write the header ${[...required, ...optional].join(',')} and one line per answer.`,
      );
    }
    return this.#samples;
  }

  #checkedHeader(record: readonly string[]): readonly string[] {
    const missing = required.find((name) => !record.includes(name));
    if (missing === undefined) return record;
    return this.#refuse(
      `the column ${missing} is missing from the header ${shown(record.join(','))}, which must have ${required.join(', ')} ` +
        `and may have ${optional.join(', ')}: name the columns so.`,
    );
  }

  #sample(record: readonly string[]): Sample {
    const named = this.#name(record, 'resource', 'a pool of the profile, its instance type, or lambda');
    const isLambda = named.toLowerCase() === 'lambda';
    const resource = isLambda ? 'lambda' : named;
    const memory = this.#cell(record, 'memory_mb');
    if (isLambda === (memory === '')) {
      this.#refuse(
        isLambda
          ? 'memory_mb is missing, but must be the memory of the function in MB: fill it in.'
          : `memory_mb is ${shown(memory)}, but must be empty where resource is not lambda: clear it.`,
      );
    }
    const batch = this.#number(
      this.#cell(record, 'batch') || '1',
      'batch',
      (value) => Number.isInteger(value) && value >= 1,
      'a whole number of at least 1',
    );
    if (batch > 1 && !isLambda) {
      this.#refuse(
        `batch is ${batch}, but must be 1 where resource is not lambda: what a VM answers together are its slots, one line for each answer.`,
      );
    }
    return {
      batch,
      variant: this.#name(record, 'variant', 'the name of a variant'),
      resource,
      memoryMb: isLambda
        ? this.#number(
            memory,
            'memory_mb',
            (value) => Number.isInteger(value) && value >= 128,
            'a whole number of at least 128',
          )
        : null,
      latencyMs: this.#number(
        this.#cell(record, 'latency_ms'),
        'latency_ms',
        (value) => value > 0,
        'a number above 0, in milliseconds',
      ),
      isCold: this.#flag(this.#cell(record, 'cold')),
      line: this.#line,
    };
  }

  #cell(record: readonly string[], column: string): string {
    const at = this.#header!.indexOf(column);
    return at < 0 ? '' : (record[at] ?? '');
  }

  #name(record: readonly string[], column: string, legal: string): string {
    const text = this.#cell(record, column);
    return text === ''
      ? this.#refuse(`${column} is missing, but must be ${legal}: fill it in or remove the line.`)
      : text;
  }

  #number(text: string, column: string, isLegal: (value: number) => boolean, legal: string): number {
    const value = text === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value) && isLegal(value)) return value;
    return this.#refuse(`${column} is ${shown(text)}, but must be ${legal}: correct it or remove the line.`);
  }

  #flag(text: string): boolean {
    const word = text.toLowerCase();
    if (yes.includes(word)) return true;
    if (no.includes(word)) return false;
    return this.#refuse(
      `cold is ${shown(text)}, but must be one of ${[...yes, ...no.slice(1)].join(', ')}, or empty: correct it.`,
    );
  }

  #refuse(sentence: string): never {
    throw new InputProblem(`${this.#file}:${this.#line}: ${sentence}`);
  }
}
