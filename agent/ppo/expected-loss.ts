import { logSoftmax } from './categorical.ts';
import type { LossTerms } from './loss.ts';

/** Rows of a problem whose every option has been priced, so that nothing need be drawn; for networks with one head. */
export interface PricedRows {
  /** [row, feature] */
  readonly observations: Float32Array;
  /** [row, option] Of the policy that is to be improved. */
  readonly chances: Float32Array;
  /** [row, option] Their mean by the chances is 0 in every row. */
  readonly advantages: Float32Array;
  /** [row] How often a policy gets there. */
  readonly weights: Float32Array;
}

export interface LossWeights {
  /** What advantages are multiplied by. */
  readonly scale: number;
  /** ε of the clipped surrogate. */
  readonly clip: number;
  /** Of the entropy. */
  readonly entropy: number;
}

/**
 * The weighted mean of the rows' losses, and its slope by the network's output in closed form. `approxKl` is exact here.
 *
 * @param output [row, options + 1]; the last column, the value, is not looked at
 * @param slope as `output`, zeros; filled
 */
export function expectedLoss(
  { chances, advantages, weights }: Omit<PricedRows, 'observations'>,
  { scale, clip, entropy: entropyCoefficient }: LossWeights,
  output: Float32Array,
  slope: Float32Array,
): LossTerms {
  const terms: LossTerms = { policyLoss: 0, valueLoss: 0, entropy: 0, approxKl: 0, clipFraction: 0 };
  const options = chances.length / weights.length;
  const allowed = new Uint8Array(options).fill(1);
  const logs = new Float64Array(options);
  const pulls = new Float64Array(options);
  let total = 0;
  for (const weight of weights) total += weight;
  for (const [row, weight] of weights.entries()) {
    const from = row * (options + 1);
    const share = weight / total;
    logSoftmax(output, from, allowed, 0, options, logs);
    let sum = 0;
    let entropy = 0;
    for (let option = 0; option < options; option++) {
      const old = chances[row * options + option]!;
      const advantage = scale * advantages[row * options + option]!;
      const pull = surrogate(old, advantage, logs[option]!, clip, share, terms);
      pulls[option] = pull;
      sum += pull;
      entropy -= Math.exp(logs[option]!) * logs[option]!;
    }
    terms.entropy += share * entropy;
    for (let option = 0; option < options; option++) {
      const chance = Math.exp(logs[option]!);
      // By a logit: d log π(a) = [a is it] − p, and dH = −p (log p + H).
      const bonus = entropyCoefficient * chance * (logs[option]! + entropy);
      slope[from + option] = share * (chance * sum - pulls[option]! + bonus);
    }
  }
  return terms;
}

/** Adds what one option loses, and returns the slope of its surrogate by its log-probability: 0 where it is clipped. */
function surrogate(old: number, advantage: number, log: number, clip: number, share: number, terms: LossTerms): number {
  const chance = Math.exp(log);
  const ratio = chance / Math.max(old, 1e-12);
  const clipped = Math.max(1 - clip, Math.min(1 + clip, ratio));
  const isFree = ratio * advantage <= clipped * advantage;
  terms.policyLoss -= share * old * advantage * (isFree ? ratio : clipped);
  terms.approxKl += share * old * (Math.log(Math.max(old, 1e-12)) - log);
  if (clipped !== ratio) terms.clipFraction += share * old;
  return isFree ? chance * advantage : 0;
}
