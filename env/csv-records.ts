import { CsvError, parse } from 'csv-parse/sync';
import { InputProblem } from './problem.ts';

/** Hands over the records of a CSV file one by one, its header first, each with its line; `file` is what a refusal calls it. */
export function readCsvRecords(
  text: string,
  file: string,
  onRecord: (record: readonly string[], line: number) => void,
): void {
  try {
    parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      on_record: (record: string[], { lines }) => {
        onRecord(record, lines);
        return null;
      },
    });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new InputProblem(
      `${file}:${cause.lines ?? 1}: the line is not valid CSV (${cause.message}): mend its quotes.`,
      { cause },
    );
  }
}

/** Spreadsheets of many countries write semicolons, others tabs: the one that the first line has most of. */
export function delimiterOf(text: string): string {
  const [first = ''] = text.slice(0, 10_000).trimStart().split(/\r?\n/, 1);
  const times = (delimiter: string) => first.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, one) => (times(one) > times(best) ? one : best));
}
