import { Command } from 'commander';
import { registerExplain } from './explain.ts';
import { registerForecast } from './forecast.ts';
import { registerPlan } from './plan.ts';
import { registerPolicies } from './policies.ts';
import { registerProfile } from './profile.ts';
import { registerRouter } from './router.ts';
import { registerRun } from './run.ts';
import type { RunDependencies } from './run-dependencies.ts';
import { registerStatus } from './status.ts';
import { registerTrace } from './trace.ts';
import { packageVersion } from './version.ts';

export interface ProgramDependencies {
  readonly run: RunDependencies;
  /** To the standard output. */
  readonly write: (text: string) => void;
  /** What registers the commands that bring their own surroundings, in the order of the help. */
  readonly commands: readonly ((program: Command) => void)[];
}

/** The command line. */
export function createProgram({ run, write, commands }: ProgramDependencies): Command {
  const program = new Command('spillway')
    .description('A reinforcement-learning autoscaling controller for machine-learning inference on AWS')
    .version(packageVersion())
    .configureOutput({ outputError: (text, tell) => tell(`${text.trim().replaceAll('\n', ' ')}\n`) })
    // Commands inherit this: errors are thrown, and cli/exit.ts turns them into exit codes.
    .exitOverride();
  for (const register of commands) register(program);
  registerRun(program, run);
  registerStatus(program, write);
  registerExplain(program, write);
  registerPolicies(program, write);
  registerTrace(program, write);
  registerForecast(program, write);
  registerProfile(program, write);
  registerPlan(program, write);
  registerRouter(program, write);
  for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])]) unwrap(command);
  return program;
}

/** Help is folded to the screen: where a line ends in the source must not show there. */
function unwrap(command: Command): void {
  command.description(command.description().replace(/\s*\n\s*/g, ' '));
}
