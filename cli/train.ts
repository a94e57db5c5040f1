import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { type BackendChoice, backendChoices } from '../agent/ppo/backend.ts';
import { adaptingDefaults, trainingDefaults } from '../agent/training-options.ts';
import { InputProblem } from '../env/problem.ts';
import { isTheMachine } from './exit.ts';
import { listOf, numberAfter } from './number.ts';
import { planTraining, type TrainFlags } from './train-plan.ts';
import type { TrainSurroundings } from './train-surroundings.ts';
import { checkFolderWritable, WriteFailure } from './write-file.ts';

export function registerTrain(program: Command): void {
  const { seed, lessons, levelSteps, serviceSteps, spread, anyService } = trainingDefaults;
  const adapting = adaptingDefaults;
  program
    .command('train')
    .summary('train a PPO agent against the simulator')
    .description(
      'Trains an agent for a service: it first imitates the plan that hindsight would have made, then improves by PPO, VM by VM and then for ' +
        'the whole service. The best state on validation is kept.',
    )
    .addOption(new Option('--env <environment>', 'what it trains against').choices(['sim', 'aws']).default('sim'))
    .requiredOption('--service <file>', 'service profile (YAML)')
    .option(
      '--also <file...>',
      'profiles of further services that one agent is to serve, trained and validated for as well',
    )
    .option(
      '--from <checkpoint>',
      'adapts this agent to the service and the traces, in place of training one from scratch; it stays where nothing is better on validation',
    )
    .option('--trace <reference...>', 'CSV files or generators to learn from (default: synthetic demand alone)')
    .option('--validate <reference...>', 'selects the best state on these (default: the last quarter of each --trace)')
    .option('--scale <factor>', 'multiplies every count of the traces', numberAfter('--scale', { above: 0 }))
    .option(
      '--rate <mean...>',
      'validates on every workload scaled to these mean rates, in requests per second',
      listOf(numberAfter('--rate', { above: 0 })),
    )
    .option(
      '--spread <number>',
      'how far prices, boots and delays are varied around the profile, a log-standard deviation',
      numberAfter('--spread', { least: 0 }),
      spread,
    )
    .option(
      '--any-service <share>',
      'share of what is learnt for which prices, boots and delays are those of any service, however far from the profile',
      numberAfter('--any-service', { least: 0, most: 1 }),
      anyService,
    )
    .option('--start <duration>', 'skips this much of each trace: 3600, 90s, 30m, 24h')
    .option('--duration <duration>', 'uses this much of each trace')
    .option('--prices <file>', 'price book (YAML) in place of the built-in one')
    .option('--out <folder>', 'folder of the run (default: runs/SERVICE)')
    .option('--resume', 'goes on where the run in --out was cut off')
    .option(
      '--ranges-of <folder>',
      'trains nothing: writes into this checkpoint how far each feature goes in the training that these options describe',
    )
    .option(
      '--lessons <number>',
      `rounds of imitating hindsight, before PPO (default: ${lessons}; with --from ${adapting.lessons})`,
      numberAfter('--lessons', { least: 0, whole: true }),
    )
    .option(
      '--steps <number>',
      `steps of single VMs (default: ${levelSteps}; with --from ${adapting.levelSteps})`,
      numberAfter('--steps', { least: 0, whole: true }),
    )
    .option(
      '--service-steps <number>',
      `steps of whole services; 0: their variant, tier and spillover stay as the rules have them (default: ${serviceSteps}; with --from ${adapting.serviceSteps})`,
      numberAfter('--service-steps', { least: 0, whole: true }),
    )
    .option(
      '--seed <number>',
      'same seed and backend, same agent',
      numberAfter('--seed', { least: 0, whole: true }),
      seed,
    )
    .addOption(new Option('--backend <name>', 'TensorFlow.js backend').choices([...backendChoices]).default('wasm'))
    .option('--quiet', 'shows no progress')
    .addHelpText('after', examples)
    .action(async (flags: TrainFlags) => {
      await train(flags, await realSurroundings());
    });
}

const examples = `
Examples:
  spillway train --service examples/image-classifier.yaml --trace day1.csv day2.csv --out runs/classifier
  spillway train --service examples/image-classifier.yaml --trace day1.csv --from checkpoints/default --out runs/adapted
  spillway evaluate --service examples/image-classifier.yaml --trace day3.csv --policies mixed ppo:runs/classifier
  spillway train --service examples/image-classifier.yaml --trace day1.csv day2.csv --out runs/classifier --resume
  tensorboard --logdir runs        # watch it learn`;

async function realSurroundings(): Promise<TrainSurroundings> {
  const { simulatedParts } = await import('./simulated-parts.ts');
  const { packageVersion } = await import('./version.ts');
  return {
    parts: simulatedParts(),
    output: process.stdout,
    messages: process.stderr,
    nowMs: Date.now,
    version: packageVersion(),
  };
}

/** Returns the folder of the run. */
export async function train(flags: TrainFlags, surroundings: TrainSurroundings): Promise<string> {
  if (flags.env !== 'sim') {
    throw new InputProblem('--env aws: training runs against the simulator only; write --env sim.');
  }
  const plan = await planTraining(flags, surroundings.parts);
  if (flags.rangesOf !== undefined) {
    const { writeRanges } = await import('./train-ranges.ts');
    await writeRanges(flags.rangesOf, plan.options, surroundings);
    return flags.rangesOf;
  }
  const folder = flags.out ?? join('runs', plan.options.profile.name);
  await checkFolderWritable(folder, '--out');
  // TensorFlow is loaded only now, so that wrong input is answered at once.
  const { runTraining } = await import('./train-run.ts');
  await runTraining(
    {
      plan,
      folder,
      resume: flags.resume ?? false,
      backend: flags.backend as BackendChoice,
      quiet: flags.quiet ?? false,
    },
    surroundings,
  ).catch((error: unknown) => {
    // Such an error does not tell where.
    throw isTheMachine(error) ? new WriteFailure(folder, error) : error;
  });
  return folder;
}
