import { InputProblem } from '../env/problem.ts';
import type { PriceBook, ServiceProfile } from '../env/types.ts';
import type { FeatureRanges } from './feature-ranges.ts';
import { levelFeatures } from './level-features.ts';
import { type Agent, PpoPolicy } from './policy.ts';
import { poolsFor } from './pool-stacks.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './ppo/checkpoint.ts';
import { Actor } from './ppo/forward.ts';
import type { LearnerState } from './ppo/snapshot.ts';
import { serviceFeatures } from './service-features.ts';
import { serviceHeads } from './service-options.ts';

/** What a manifest says of an agent beside its networks. */
export interface AgentFacts {
  readonly name: string;
  readonly service: string;
  readonly profileHash: string;
  /** Names of further services that it was trained for. */
  readonly also: readonly string[];
  readonly decisionSeconds: number;
  readonly binSeconds: number;
  /** Names of the pools that the agent acts on. */
  readonly pools: readonly string[];
  readonly seed: number;
  readonly traces: readonly string[];
  readonly validationTraces: readonly string[];
  readonly steps: { readonly lessons: number; readonly levels: number; readonly service: number };
  /** PPO steps after which each network was best on validation; 0: as imitated; null: the rules' options did better. */
  readonly selected: { readonly level: number; readonly service: number | null };
  readonly wallSeconds: number;
  readonly backend: string;
  readonly codeVersion: string;
  /** On the validation traces and by all of its services, in the fluid simulator. */
  readonly scores: readonly { readonly policy: string; readonly usd: number; readonly attainment: number }[];
  /** The agent that training began with, by name and hash of its weights; absent: it began from scratch. */
  readonly from?: { readonly name: string; readonly hash: string };
  /** What the networks saw in training (feature-ranges.ts); absent: nobody has measured it. */
  readonly ranges?: NonNullable<Agent['ranges']>;
}

export interface SavedAgent {
  readonly level: LearnerState;
  readonly service: LearnerState | null;
  readonly facts: AgentFacts;
}

/** Writes the networks without what only training needs. */
export async function writeAgent(folder: string, { level, service, facts }: SavedAgent): Promise<void> {
  await writeCheckpoint(folder, {
    fields: { ...facts, features: { level: levelFeatures, service: serviceFeatures } },
    networks: {
      level: { ...level, training: null },
      ...(service && { service: { ...service, training: null } }),
    },
    resume: null,
  });
}

/** @throws InputProblem where there is no agent, or one that does not fit this version or this profile */
export async function readAgent(folder: string, profile: ServiceProfile): Promise<SavedAgent> {
  const saved = await loadAgent(folder);
  checkFits(folder, saved, profile);
  return saved;
}

/** For any profile: `checkFits` says for which. @throws InputProblem where there is no agent, or one that does not fit this version */
export async function loadAgent(folder: string): Promise<SavedAgent> {
  const checkpoint = await readCheckpoint(folder);
  const { level, service } = checkpoint.networks;
  if (!level)
    throw new InputProblem(`${folder} is a checkpoint, but not of an autoscaling agent: it has no network "level".`);
  const facts = checkpoint.fields as unknown as AgentFacts;
  checkFeatures(folder, checkpoint, 'level', level, levelFeatures, [2]);
  if (service) checkFeatures(folder, checkpoint, 'service', service, serviceFeatures, serviceHeads);
  checkRanges(folder, facts);
  return { level, service: service ?? null, facts };
}

function checkFeatures(
  folder: string,
  { fields }: Checkpoint,
  name: 'level' | 'service',
  { shape }: LearnerState,
  features: readonly string[],
  heads: readonly number[],
): void {
  const written = (fields.features as Record<string, unknown> | undefined)?.[name];
  const isSame =
    JSON.stringify(written) === JSON.stringify(features) &&
    shape.observationSize === features.length &&
    JSON.stringify(shape.heads) === JSON.stringify(heads);
  if (isSame) return;
  throw new InputProblem(
    `The checkpoint ${folder} was trained for other features of the ${name} network than this version of Spillway has: train it anew.`,
  );
}

function checkRanges(folder: string, { ranges }: AgentFacts): void {
  const isWhole = (one: FeatureRanges, features: readonly string[]) =>
    [one.least, one.low, one.high, one.most].every((numbers) => numbers?.length === features.length);
  if (
    !ranges ||
    (isWhole(ranges.level, levelFeatures) && (!ranges.service || isWhole(ranges.service, serviceFeatures)))
  )
    return;
  throw new InputProblem(
    `The checkpoint ${folder} is damaged: its ranges are not those of its features; measure them anew by \`spillway train --ranges-of\`.`,
  );
}

/**
 * The bins of the metrics may be other ones than in training: what is made of them only tells less of what happens within an interval
 * (docs/training.md). An agent that acts keeps its own rhythm (cli/policy.ts); training goes on at that of the service.
 *
 * @throws InputProblem where the two differ
 */
export function checkFits(folder: string, { facts }: SavedAgent, { name, decisionSeconds }: ServiceProfile): void {
  if (facts.decisionSeconds === decisionSeconds) return;
  throw new InputProblem(
    `The checkpoint ${folder} decides every ${facts.decisionSeconds} s, but service ${name} every ${decisionSeconds} s: train it for this profile.`,
  );
}

/** One actor per network, so that policies of one saved agent can be asked together (decide-together.ts). */
const actors = new WeakMap<LearnerState, Actor>();

function actorOf(state: LearnerState): Actor {
  const actor = actors.get(state) ?? new Actor(state);
  actors.set(state, actor);
  return actor;
}

/** A new policy that acts as the agent does; where the profile has none of its pools, on the pool that the rules would take. */
export function agentPolicy(
  name: string,
  saved: SavedAgent,
  profile: ServiceProfile,
  prices: PriceBook,
  waitShare?: number,
): PpoPolicy {
  const agent: Agent = {
    level: actorOf(saved.level),
    service: saved.service && actorOf(saved.service),
    pools: poolsFor(saved.facts.pools, profile, prices),
    ...(waitShare !== undefined && { waitShare }),
    ...(saved.facts.ranges && { ranges: saved.facts.ranges }),
  };
  return new PpoPolicy(name, profile, prices, agent);
}
