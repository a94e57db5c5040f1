import { Command } from 'commander';
import { type RunDependencies, registerRun } from './run.ts';
import { packageVersion } from './version.ts';

/** The command line; what a command needs is loaded when it runs, so that `--help` answers at once. */
export function createProgram(dependencies: { readonly run: RunDependencies }): Command {
  const program = new Command('spillway')
    .description('A reinforcement-learning autoscaling controller for machine-learning inference on AWS')
    .version(packageVersion())
    // Commands inherit this: errors are thrown, and cli/exit.ts turns them into exit codes.
    .exitOverride();
  registerRun(program, dependencies.run);
  return program;
}
