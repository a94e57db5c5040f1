import { basename } from 'node:path';
import { readCsvRecords } from '../csv-records.ts';
import { InputProblem } from '../problem.ts';
import { shown } from '../shown.ts';
import type { Workload } from '../types.ts';
import { isDecimal } from './decimal.ts';
import { scaleWorkload } from './scale.ts';

/** A bin holds what an Int32Array can count. */
const largestCount = 2_147_483_647;
/** Times are often rounded when written: a step may differ from the first by this part. */
const stepTolerance = 1e-3;
/** What other programs export is not refused altogether, only here. */
const importable = 'spillway trace import --counts reads such files';

/**
 * From CSV with the columns `time_s` (start of the bin in seconds, from 0, in one constant step) and `requests` (count in the bin).
 * `file` is what refusals call it, and its base name names the workload.
 */
export function parseTrace(text: string, file: string, scale: number): Workload {
  const rows = new TraceRows(file);
  if (/^\s*[{[]/.test(text)) {
    throw new InputProblem(`${file}: is JSON, but must be CSV with time_s and requests (${importable}).`);
  }
  readCsvRecords(text, file, (record, line) => rows.add(record, line));
  const name = basename(file).replace(/\.csv(\.gz)?$/i, '');
  return scaleWorkload({ name, ...rows.finish() }, scale);
}

class TraceRows {
  readonly #file: string;
  #columns: { readonly time: number; readonly requests: number } | null = null;
  readonly #times: number[] = [];
  readonly #requests: number[] = [];
  #line = 1;

  constructor(file: string) {
    this.#file = file;
  }

  add(record: readonly string[], line: number): void {
    this.#line = line;
    if (this.#columns === null) {
      this.#columns = { time: this.#column(record, 'time_s'), requests: this.#column(record, 'requests') };
      return;
    }
    const time = this.#number(record[this.#columns.time], 'time_s', 'the start of the bin in seconds');
    const requests = this.#number(record[this.#columns.requests], 'requests', 'a whole number of at least 0');
    this.#checkTime(time);
    if (!Number.isInteger(requests) || requests < 0 || requests > largestCount) {
      this.#refuse(
        `requests is ${requests}, but must be a whole number from 0 to ${largestCount}: write the count of requests in the bin.`,
      );
    }
    this.#times.push(time);
    this.#requests.push(requests);
  }

  finish(): Pick<Workload, 'stepSeconds' | 'requests' | 'counted'> {
    const bins = this.#times.length;
    if (this.#columns === null)
      this.#refuse('the file is empty: write the header time_s,requests and one line per bin.');
    if (bins < 2) {
      this.#refuse(
        `the trace has ${bins} ${bins === 1 ? 'bin' : 'bins'}, but must have at least 2, whose times tell the step: write one line per bin.`,
      );
    }
    // The last time, not the first step: it carries the least rounding.
    return {
      stepSeconds: this.#times[bins - 1]! / (bins - 1),
      requests: Float64Array.from(this.#requests),
      counted: true,
    };
  }

  #column(header: readonly string[], name: string): number {
    const column = header.indexOf(name);
    if (column < 0) {
      const found = shown(header.join(','));
      this.#refuse(
        `the column ${name} is missing from the header ${found}, which must have time_s and requests: name the columns so (${importable}).`,
      );
    }
    if (header.indexOf(name, column + 1) >= 0)
      this.#refuse(`the column ${name} is there twice, so that nobody knows which is meant: name the other otherwise.`);
    return column;
  }

  #number(text: string | undefined, column: string, legal: string): number {
    if (text === undefined || text === '')
      return this.#refuse(`${column} is missing, but must be ${legal}: fill it in or remove the line.`);
    const value = Number(text);
    if (!isDecimal(text) || !Number.isFinite(value)) {
      return this.#refuse(`${column} is ${shown(text)}, but must be ${legal}: write it in digits (${importable}).`);
    }
    return value;
  }

  #checkTime(time: number): void {
    const bins = this.#times.length;
    if (bins === 0) {
      if (time !== 0)
        this.#refuse(
          `time_s is ${time}, but must be 0 in the first bin: subtract ${time} from every time (${importable}).`,
        );
      return;
    }
    const gap = time - this.#times[bins - 1]!;
    const step = bins === 1 ? gap : this.#times[1]!;
    if (!(gap > 0))
      this.#refuse(
        `time_s is ${time}, but must be above the ${this.#times[bins - 1]} before it: sort the lines by time (${importable}).`,
      );
    if (Math.abs(gap - step) > stepTolerance * step) {
      this.#refuse(
        `time_s is ${time}, a step of ${shownSeconds(gap)} s, but must be a step of ${shownSeconds(step)} s as in the first two bins: write every bin, 0 where nothing came (${importable}).`,
      );
    }
  }

  #refuse(sentence: string): never {
    throw new InputProblem(`${this.#file}:${this.#line}: ${sentence}`);
  }
}

function shownSeconds(seconds: number): string {
  return String(Number(seconds.toPrecision(9)));
}
