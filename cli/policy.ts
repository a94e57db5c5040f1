import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SavedAgent } from '../agent/saved-agent.ts';
import { InputProblem } from '../env/problem.ts';
import { createPolicy } from '../policies/registry.ts';
import type { Parts } from './parts.ts';

/**
 * Makes a rule by its specification, or a trained agent by `ppo:CHECKPOINT`, which takes the one parameter `:waitShare=`. A checkpoint that was
 * read is remembered until it changes, so that all services that it decides for share its networks. An agent decides at the rhythm of its training,
 * whatever that of the service is, as a rule with a clock of its own does.
 */
export function policyMaker(): Parts['policy'] {
  const remembered = new Map<string, { readonly writtenMs: number; readonly saved: Promise<SavedAgent> }>();
  return async (specification, profile, prices) => {
    if (!/^ppo(:|$)/.test(specification)) return createPolicy(specification, profile, prices);
    const { folder, waitShare } = agentParts(specification);
    if (folder === '') {
      throw new InputProblem(
        'Policy ppo needs a checkpoint: write ppo:FOLDER, a folder that `spillway train` has written.',
      );
    }
    const { agentPolicy, loadAgent } = await import('../agent/saved-agent.ts');
    const place = await checkpointIn(folder);
    const writtenMs = await changedMs(place);
    const known = remembered.get(place);
    const saved = known?.writtenMs === writtenMs ? known.saved : loadAgent(place);
    remembered.set(place, { writtenMs, saved });
    const agent = await saved;
    const { service, seed, steps, decisionSeconds: cadenceSeconds, traces, validationTraces } = agent.facts;
    const learntFrom = [...(traces ?? []), ...(validationTraces ?? [])];
    const parameters = {
      trainedFor: service,
      seed,
      levelSteps: steps.levels,
      serviceSteps: steps.service,
      ...(waitShare !== undefined && { waitShare }),
    };
    const policy = agentPolicy(specification, agent, profile, prices, waitShare);
    return Object.assign(policy, { parameters, cadenceSeconds, learntFrom });
  };
}

/** When the checkpoint was written; NaN, which equals nothing, where there is none. */
async function changedMs(place: string): Promise<number> {
  return stat(join(place, 'manifest.json')).then(
    (file) => file.mtimeMs,
    () => Number.NaN,
  );
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
