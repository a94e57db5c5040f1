import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { profileHash } from '../env/profile.ts';
import type { Workload } from '../env/types.ts';
import type { EvaluationJob } from './evaluation-job.ts';
import type { EvaluationPlan } from './evaluation-plan.ts';
import { agentParts, checkpointIn } from './policy.ts';
import { type JobFacts, sha256 } from './result-cache.ts';

/** What the results of a plan's jobs depend on, by content. */
export async function jobFacts(plan: EvaluationPlan): Promise<(job: EvaluationJob) => JobFacts> {
  const service = profileHash(plan.profile);
  const prices = JSON.stringify(plan.prices);
  const demands = new Map(plan.traces.map((one) => [one.name, `${demandHash(one.workload)}/${demandHash(one.past)}`]));
  const checkpoints = new Map<string, string | null>();
  for (const { specification } of plan.policies) checkpoints.set(specification, await checkpointHash(specification));
  return ({ trace, specification }) => ({
    service,
    prices,
    demand: demands.get(trace)!,
    checkpoint: checkpoints.get(specification)!,
  });
}

function demandHash(workload: Workload | null): string {
  if (workload === null) return '';
  const { requests, stepSeconds, counted } = workload;
  const bytes = new Uint8Array(requests.buffer, requests.byteOffset, requests.byteLength);
  return sha256(JSON.stringify([stepSeconds, counted]), bytes);
}

async function checkpointHash(specification: string): Promise<string | null> {
  if (!specification.startsWith('ppo:')) return null;
  const checkpoint = await checkpointIn(agentParts(specification).folder);
  const files = (await readdir(checkpoint)).sort();
  return sha256(
    ...(await Promise.all(files.map(async (name) => `${name}${sha256(await readFile(join(checkpoint, name)))}`))),
  );
}
