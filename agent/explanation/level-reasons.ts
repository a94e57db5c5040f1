import { levelFeatures } from '../level-features.ts';
import type { Considered } from '../policy.ts';
import type { NetworkSnapshot } from '../ppo/snapshot.ts';
import { attributePreference } from './attribution.ts';
import { fleetOdds } from './fleet-odds.ts';

/** What a feature was, what it is in training on average, and what it added to the preference for "on". */
export interface FeatureShare {
  readonly feature: string;
  readonly value: number;
  readonly usualValue: number;
  readonly share: number;
}

/** A level whose vote was the nearest to turning, and why it did not. */
export interface LevelReason {
  /** The number of the VM, from 1. */
  readonly vm: number;
  readonly isOn: boolean;
  /** As the network doubts. */
  readonly chanceOfOn: number;
  /** Logit of "on" less that of "off"; and the same where every feature is as in training on average. */
  readonly preference: number;
  readonly usualPreference: number;
  /** All features, the weightiest first: together they make the preference of the usual one. */
  readonly features: readonly FeatureShare[];
}

/** How the network saw one pool. */
export interface PoolReason {
  readonly pool: number;
  readonly wantedVms: number;
  /** Levels that were asked about: VMs `from` + 1 to `upTo`. */
  readonly from: number;
  readonly upTo: number;
  /** [VMs − from] Probability of each fleet, were every level drawn by the network's doubt instead of by what is likelier. */
  readonly odds: readonly number[];
  /** Null: no level was in doubt. */
  readonly nearest: LevelReason | null;
}

export function poolReason({ levels, vote, answers }: Considered, snapshot: NetworkSnapshot): PoolReason {
  const { from, count, logits } = answers;
  const preferences = Array.from({ length: count }, (_, row) => logits[2 * row + 1]! - logits[2 * row]!);
  const nearest = preferences.reduce(
    (best, one, row) => (Math.abs(one) < Math.abs(preferences[best]!) ? row : best),
    0,
  );
  return {
    pool: levels.pool,
    wantedVms: vote.vms,
    from: vote.from,
    upTo: vote.upTo,
    odds: [...fleetOdds(preferences.map(chanceOf))],
    nearest: count === 0 ? null : levelReason(snapshot, from + nearest, rowOf(answers.features, nearest)),
  };
}

function rowOf(features: Float32Array, row: number): Float32Array {
  return features.slice(row * levelFeatures.length, (row + 1) * levelFeatures.length);
}

function levelReason(snapshot: NetworkSnapshot, level: number, observation: Float32Array): LevelReason {
  const { preference, usual, parts } = attributePreference(snapshot, observation, 1, 0);
  const features = levelFeatures.map((feature, index) => ({
    feature,
    value: observation[index]!,
    usualValue: snapshot.normalizer.mean[index]!,
    share: parts[index]!,
  }));
  return {
    vm: level + 1,
    isOn: preference > 0,
    chanceOfOn: chanceOf(preference),
    preference,
    usualPreference: usual,
    features: features.sort((a, b) => Math.abs(b.share) - Math.abs(a.share)),
  };
}

function chanceOf(preference: number): number {
  return 1 / (1 + Math.exp(-preference));
}
