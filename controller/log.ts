import { type DestinationStream, type Logger, pino } from 'pino';
import { scrub } from './journal/scrub.ts';
import { type LogLine, prettyLine } from './pretty.ts';

export interface LogOptions {
  readonly runId: string;
  /** One readable line each instead of JSON. */
  readonly isPretty: boolean;
  /** Only warnings. */
  readonly isQuiet: boolean;
}

/** JSON lines with wall time, level name and run id; the decision id is added by who logs a decision. */
export function openLog(output: DestinationStream, options: LogOptions): Logger {
  const clean: DestinationStream = { write: (line) => output.write(scrub(line)) };
  const destination = options.isPretty ? prettyStream(clean) : clean;
  return pino(
    {
      level: options.isQuiet ? 'warn' : 'info',
      base: { run: options.runId },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    destination,
  );
}

function prettyStream(output: DestinationStream): DestinationStream {
  return { write: (line) => output.write(`${prettyLine(JSON.parse(line) as LogLine)}\n`) };
}
