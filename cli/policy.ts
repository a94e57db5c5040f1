import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputProblem } from '../env/problem.ts';
import type { Policy, PriceBook, ServiceProfile } from '../env/types.ts';
import { createPolicy } from '../policies/registry.ts';
import type { JudgedPolicy } from './evaluation-job.ts';

/** A rule by its specification, or a trained agent by `ppo:CHECKPOINT`, which takes the one parameter `:waitShare=`. */
export async function createAnyPolicy(
  specification: string,
  profile: ServiceProfile,
  prices: PriceBook,
): Promise<JudgedPolicy> {
  if (!/^ppo(:|$)/.test(specification)) return createPolicy(specification, profile, prices);
  const { folder, waitShare } = agentParts(specification);
  if (folder === '') {
    throw new InputProblem(
      'Policy ppo needs a checkpoint: write ppo:FOLDER, a folder that `spillway train` has written.',
    );
  }
  const { agentPolicy, readAgent } = await import('../agent/saved-agent.ts');
  const saved = await readAgent(await checkpointIn(folder), profile);
  const policy: Policy = agentPolicy(specification, saved, profile, prices, waitShare);
  const { service, seed, steps } = saved.facts;
  return {
    name: specification,
    decide: (observation) => policy.decide(observation),
    recall: (past) => policy.recall?.(past),
    parameters: {
      trainedFor: service,
      seed,
      levelSteps: steps.levels,
      serviceSteps: steps.service,
      ...(waitShare !== undefined && { waitShare }),
    },
  };
}

/** `ppo:FOLDER`, or `ppo:FOLDER:waitShare=0.75`: how late a request spills is set for an agent as for a rule. */
export function agentParts(specification: string): { readonly folder: string; readonly waitShare?: number } {
  const rest = specification.slice('ppo:'.length);
  const at = rest.indexOf(':waitShare=');
  if (at < 0) return { folder: rest };
  const text = rest.slice(at + ':waitShare='.length);
  const waitShare = text === '' ? Number.NaN : Number(text);
  if (!(waitShare >= 0 && waitShare <= 1)) {
    throw new InputProblem(
      `policy ${specification}: waitShare is ${text}, but must be a number from 0 to 1: correct it or leave it out.`,
    );
  }
  return { folder: rest.slice(0, at), waitShare };
}

/** The folder of a training run stands for the checkpoint in it. */
export async function checkpointIn(folder: string): Promise<string> {
  const inside = join(folder, 'checkpoint');
  const isRun = await stat(join(inside, 'manifest.json')).then(
    () => true,
    () => false,
  );
  return isRun ? inside : folder;
}
