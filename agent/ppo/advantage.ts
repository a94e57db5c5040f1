export interface AdvantageInput {
  readonly worlds: number;
  /** [time, world] */
  readonly rewards: Float32Array;
  /** [time, world] Values of what was observed. */
  readonly values: Float32Array;
  /** [time, world] */
  readonly truncated: Uint8Array;
  /** [time, world] Value of the final observation, where truncated. */
  readonly finalValues: Float32Array;
  /** [world] Values of what is observed after the last step. */
  readonly lastValues: Float32Array;
}

/**
 * Generalised advantage estimation (Schulman et al. 2016, equations 11 to 16) where episodes are only ever cut:
 * the value of the final observation stands for the future that the cut took away, and the sum stops there
 * (Pardo et al. 2018, "Time limits in reinforcement learning").
 *
 * @param advantages [time, world], filled
 * @param returns [time, world], filled: advantage plus value
 */
export function estimateAdvantages(
  input: AdvantageInput,
  { discount, gaeLambda }: { readonly discount: number; readonly gaeLambda: number },
  advantages: Float32Array,
  returns: Float32Array,
): void {
  const { worlds, rewards, values, truncated, finalValues, lastValues } = input;
  const length = rewards.length;
  for (let world = 0; world < worlds; world++) {
    let advantage = 0;
    let next = lastValues[world]!;
    for (let at = length - worlds + world; at >= 0; at -= worlds) {
      const cut = truncated[at] === 1;
      const delta = rewards[at]! + discount * (cut ? finalValues[at]! : next) - values[at]!;
      advantage = delta + (cut ? 0 : discount * gaeLambda * advantage);
      advantages[at] = advantage;
      returns[at] = advantage + values[at]!;
      next = values[at]!;
    }
  }
}

/** One minus the share of the returns' variance that the values leave unexplained; null where returns do not vary. */
export function explainedVariance(values: Float32Array, returns: Float32Array): number | null {
  const whole = variance(returns.length, (at) => returns[at]!);
  return whole < 1e-12 ? null : 1 - variance(returns.length, (at) => returns[at]! - values[at]!) / whole;
}

function variance(count: number, value: (at: number) => number): number {
  let mean = 0;
  let squares = 0;
  for (let at = 0; at < count; at++) {
    const shift = value(at) - mean;
    mean += shift / (at + 1);
    squares += shift * (value(at) - mean);
  }
  return squares / count;
}
