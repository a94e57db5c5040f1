import { logSoftmax } from './categorical.ts';
import type { NetworkShape } from './layout.ts';

/** Rows that the loss looks at; all but the first two are [row]. */
export interface Batch {
  readonly rows: number;
  /** [row, options of all heads] */
  readonly masks: Uint8Array;
  /** [row, head] */
  readonly actions: Int32Array;
  readonly logProbabilities: Float32Array;
  readonly values: Float32Array;
  /** Normalised. */
  readonly advantages: Float32Array;
  readonly returns: Float32Array;
}

export interface LossCoefficients {
  readonly clip: number;
  readonly valueClip: number | null;
  readonly value: number;
  readonly entropy: number;
}

/** Means over the rows. */
export interface LossTerms {
  policyLoss: number;
  /** Half the mean squared error. */
  valueLoss: number;
  entropy: number;
  /** Schulman's estimate of the divergence of the old policy from the new: mean of ratio − 1 − log ratio. */
  approxKl: number;
  /** Share of rows whose ratio lies outside 1 ± clip. */
  clipFraction: number;
}

/**
 * The loss of PPO (Schulman et al. 2017, equations 7 and 9) and its slope by the network's output, in closed form.
 *
 * @param output [row, options + 1]
 * @param slope as `output`, zeros; filled
 * @param critic leaves the policy out
 */
export function ppoLoss(
  shape: NetworkShape,
  batch: Batch,
  coefficients: LossCoefficients,
  output: Float32Array,
  slope: Float32Array,
  critic: boolean,
): LossTerms {
  const terms: LossTerms = { policyLoss: 0, valueLoss: 0, entropy: 0, approxKl: 0, clipFraction: 0 };
  const options = batch.masks.length / batch.rows;
  const scratch = new Float64Array(options);
  for (let row = 0; row < batch.rows; row++) {
    const from = row * (options + 1);
    slope[from + options] = valueSlope(batch, row, output[from + options]!, coefficients, terms);
    if (!critic) policySlope(shape, batch, row, coefficients, output, slope, scratch, terms);
  }
  return terms;
}

/** Adds the row's value loss and returns its slope by the value. */
function valueSlope(
  batch: Batch,
  row: number,
  value: number,
  coefficients: LossCoefficients,
  terms: LossTerms,
): number {
  const { rows } = batch;
  const error = value - batch.returns[row]!;
  const limit = coefficients.valueClip;
  if (limit !== null) {
    const old = batch.values[row]!;
    const clipped = old + Math.max(-limit, Math.min(limit, value - old)) - batch.returns[row]!;
    if (clipped * clipped > error * error) {
      terms.valueLoss += (0.5 * clipped * clipped) / rows;
      return 0; // The larger loss is that of a value held at the limit, which no longer moves.
    }
  }
  terms.valueLoss += (0.5 * error * error) / rows;
  return (coefficients.value * error) / rows;
}

function policySlope(
  { heads }: NetworkShape,
  batch: Batch,
  row: number,
  coefficients: LossCoefficients,
  output: Float32Array,
  slope: Float32Array,
  scratch: Float64Array,
  terms: LossTerms,
): void {
  const { rows, masks } = batch;
  const maskFrom = row * scratch.length;
  const from = maskFrom + row;
  let logProbability = 0;
  for (let head = 0, offset = 0; head < heads.length; offset += heads[head]!, head++) {
    logSoftmax(output, from + offset, masks, maskFrom + offset, heads[head]!, scratch, offset);
    logProbability += scratch[offset + batch.actions[row * heads.length + head]!]!;
  }
  const surrogate = surrogateSlope(batch, row, logProbability, coefficients.clip, terms);
  for (let head = 0, offset = 0; head < heads.length; offset += heads[head]!, head++) {
    const size = heads[head]!;
    const entropy = headEntropy(scratch, offset, size);
    terms.entropy += entropy / rows;
    const taken = batch.actions[row * heads.length + head]!;
    for (let option = 0; option < size; option++) {
      const log = scratch[offset + option]!;
      const probability = Math.exp(log);
      // By a logit: d log π(a) = [a is it] − p, and dH = −p (log p + H).
      const bonus = probability === 0 ? 0 : coefficients.entropy * probability * (log + entropy);
      slope[from + offset + option] = (surrogate * ((option === taken ? 1 : 0) - probability) + bonus) / rows;
    }
  }
}

/** Adds the row's surrogate loss and returns its slope by the log-probability of what was done. */
function surrogateSlope(batch: Batch, row: number, logProbability: number, clip: number, terms: LossTerms): number {
  const { rows } = batch;
  const logRatio = logProbability - batch.logProbabilities[row]!;
  const ratio = Math.exp(logRatio);
  const advantage = batch.advantages[row]!;
  const clipped = Math.max(1 - clip, Math.min(1 + clip, ratio));
  terms.approxKl += (ratio - 1 - logRatio) / rows;
  if (clipped !== ratio) terms.clipFraction += 1 / rows;
  const free = ratio * advantage <= clipped * advantage;
  terms.policyLoss -= (free ? ratio * advantage : clipped * advantage) / rows;
  return free ? -advantage * ratio : 0;
}

function headEntropy(logProbabilities: Float64Array, from: number, size: number): number {
  let entropy = 0;
  for (let at = from; at < from + size; at++) {
    const probability = Math.exp(logProbabilities[at]!);
    if (probability > 0) entropy -= probability * logProbabilities[at]!;
  }
  return entropy;
}
