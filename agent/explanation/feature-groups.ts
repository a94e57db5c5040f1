import type { FeatureShare } from './level-reasons.ts';

/** Features that tell of the same thing (docs/agent.md), by their names; the first that fits. */
const groups: readonly (readonly [name: string, features: RegExp])[] = [
  ['how much of it was used', /^(use of the level|mean use|largest use|share of the last)/],
  ['the same phase earlier', / ago/],
  ['its distance to the load', /^distance/],
  ['how the load moves', /load|^spread|^peak|^volatility/],
  ['its own state', /^is |^boot done/],
  ['its terms and what is known', /(?:)/],
];

/** What the features of one group add together, and the weightiest of them. */
export interface GroupShare {
  readonly group: string;
  readonly share: number;
  readonly weightiest: FeatureShare;
}

/** The weightiest group first; their shares add up to those of the features. */
export function groupShares(features: readonly FeatureShare[]): GroupShare[] {
  const groupOf = ({ feature }: FeatureShare) => groups.find(([, fits]) => fits.test(feature))![0];
  return groups
    .map(([group]) => ({ group, own: features.filter((one) => groupOf(one) === group) }))
    .filter(({ own }) => own.length > 0)
    .map(({ group, own }) => ({
      group,
      share: own.reduce((sum, one) => sum + one.share, 0),
      weightiest: own.reduce((most, one) => (Math.abs(one.share) > Math.abs(most.share) ? one : most)),
    }))
    .sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
}
