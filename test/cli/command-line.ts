import { exitCodeOf } from '../../cli/exit.ts';
import { createProgram } from '../../cli/program.ts';
import type { RunDependencies } from '../../cli/run-dependencies.ts';
import { unpacedScheduler } from '../../controller/scheduler.ts';
import { defaultPrices } from '../../env/prices.ts';
import { InputProblem } from '../../env/problem.ts';
import { parseGenerator } from '../../env/workload/reference.ts';
import { actionOf, FakeClock, FakeEnvironment, policyOf, profile } from '../controller/fakes.ts';

export interface Answer {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** What sets some policies apart. */
function traitsOf(specification: string) {
  if (specification === 'clairvoyant') return { foresee: () => {} };
  return specification === 'quick' ? { cadenceSeconds: 15 } : {};
}

/** A machine of fakes for the command line. */
export function machine(overrides: Partial<RunDependencies> = {}) {
  const environment = new FakeEnvironment();
  const asked: string[] = [];
  const dependencies: RunDependencies = {
    parts: async () => ({
      profile: async () => profile,
      prices: async () => defaultPrices,
      workload: async ({ reference }) => parseGenerator(reference),
      policy: async (specification) => {
        asked.push(specification);
        if (specification === 'unknown') throw new InputProblem('policy unknown: is unknown.');
        const policy = policyOf(specification, actionOf(specification === 'reactive' ? 2 : 4));
        return { ...policy, parameters: {}, ...traitsOf(specification) };
      },
      simulator: () => environment,
    }),
    live: async () => {
      throw new Error('not on AWS');
    },
    clock: new FakeClock(),
    scheduler: () => unpacedScheduler,
    output: { write: () => {} },
    stop: () => new AbortController().signal,
    runId: () => 'run',
    leave: () => {
      throw new Error('left');
    },
    ...overrides,
  };
  const call = async (...argv: string[]): Promise<Answer> => {
    const said = { output: '', errors: '' };
    const write = (text: string) => {
      said.output += text;
    };
    const program = createProgram({ run: { ...dependencies, output: { write } }, write, commands: [] });
    const tell = (text: string) => {
      said.errors += text;
    };
    for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
      command.configureOutput({ writeOut: write, writeErr: tell });
    }
    const code = await exitCodeOf(program, argv, tell);
    return { code, ...said };
  };
  return { call, environment, asked, dependencies };
}
