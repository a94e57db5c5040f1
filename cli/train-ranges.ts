import { levelRanges, serviceRanges } from '../agent/measure-ranges.ts';
import { loadAgent, writeAgent } from '../agent/saved-agent.ts';
import type { TrainingOptions } from '../agent/training-options.ts';
import { InputProblem } from '../env/problem.ts';
import { profileHash } from '../env/profile.ts';
import { checkpointIn } from './policy.ts';
import type { TrainSurroundings } from './train-surroundings.ts';

/** Writes into a checkpoint how far each feature goes in a training with these options, which must be those that it was trained with; trains nothing. */
export async function writeRanges(
  folder: string,
  options: TrainingOptions,
  surroundings: TrainSurroundings,
): Promise<void> {
  const place = await checkpointIn(folder);
  const saved = await loadAgent(place);
  const { facts } = saved;
  const own = [facts.profileHash, facts.also.join(), facts.traces.join(), facts.seed];
  const { profile, also, training, seed } = options;
  const traces = training.length > 0 ? training.map((one) => one.name) : ['synthetic'];
  const given = [profileHash(profile), also.map((one) => one.name).join(), traces.join(), seed];
  if (JSON.stringify(own) !== JSON.stringify(given)) {
    throw new InputProblem(
      `--ranges-of ${folder}: it was trained for ${[facts.service, ...facts.also].join(', ')} on ${facts.traces.join(', ')} with seed ${facts.seed}, ` +
        'and these options say something else: repeat the options of its training.',
    );
  }
  const ranges = { level: levelRanges(options), service: saved.service && serviceRanges(options) };
  await writeAgent(place, { ...saved, facts: { ...facts, ranges } });
  surroundings.output.write(`${place} knows the ranges of its ${ranges.level.least.length} features now.\n`);
}
