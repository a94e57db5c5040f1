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
