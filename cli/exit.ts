import { type Command, CommanderError } from 'commander';
import { InputProblem } from '../env/problem.ts';
import { WriteFailure } from './write-file.ts';

/** Done; the run failed; the input is wrong. */
const exitCodes = { done: 0, failed: 1, wrongInput: 2 } as const;

/** The command did what it was asked, and has told that something is wrong: exit code 1, and not a word more. */
export class FailureTold extends Error {
  override readonly name = 'FailureTold';
}

/** Runs the command that `argv` (without node and script) names, and answers its exit code; `tell` gets what goes to stderr. */
export async function exitCodeOf(
  program: Command,
  argv: readonly string[],
  tell: (text: string) => void,
): Promise<number> {
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    // Commander has already said what was wrong with the usage; what it throws after --help and --version is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongInput;
    if (error instanceof InputProblem) {
      tell(`error: ${error.message}\n`);
      return exitCodes.wrongInput;
    }
    if (error instanceof FailureTold) return exitCodes.failed;
    if (isBrokenPipe(error)) return exitCodes.done;
    if (error instanceof WriteFailure || isTheMachine(error)) {
      tell(`error: ${error.message}\n`);
      return exitCodes.failed;
    }
    tell(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return exitCodes.failed;
  }
}

/** What a machine lacks is no bug, whose stack somebody would want. */
export function isTheMachine(error: unknown): error is Error {
  const codes: readonly unknown[] = [
    'ENOSPC',
    'EDQUOT',
    'EROFS',
    'EACCES',
    'EPERM',
    'EIO',
    'EMFILE',
    'ENFILE',
    'ESTALE',
  ];
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code);
}

/** The reader of our output went away, as `| head` does: there is nobody left to tell. */
export function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'EPIPE';
}
