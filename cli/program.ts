import { Command } from 'commander';
import { registerPolicies } from './policies.ts';
import { type RunDependencies, registerRun } from './run.ts';
import { registerTrace } from './trace.ts';
import { packageVersion } from './version.ts';

export interface ProgramDependencies {
  readonly run: RunDependencies;
  /** To the standard output. */
  readonly write: (text: string) => void;
}

/** The command line; what a command needs is loaded when it runs, so that `--help` answers at once. */
export function createProgram({ run, write }: ProgramDependencies): Command {
  const program = new Command('spillway')
    .description('A reinforcement-learning autoscaling controller for machine-learning inference on AWS')
    .version(packageVersion())
    .configureOutput({ outputError: (text, tell) => tell(`${text.trim().replaceAll('\n', ' ')}\n`) })
    // Commands inherit this: errors are thrown, and cli/exit.ts turns them into exit codes.
    .exitOverride();
  registerRun(program, run);
  registerPolicies(program, write);
  registerTrace(program, write);
  return program;
}
