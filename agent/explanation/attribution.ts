import { type Dense, networkLayout } from '../ppo/layout.ts';
import { Normalizer } from '../ppo/normalizer.ts';
import type { NetworkSnapshot } from '../ppo/snapshot.ts';

/** What a network's preference for one option over another is made of. */
export interface Attribution {
  /** Logit of the one less logit of the other: above 0 it prefers the one. */
  readonly preference: number;
  /** The same where every feature is as in training on average. */
  readonly usual: number;
  /** [feature] What each feature adds to `usual`: together they make `preference`. */
  readonly parts: Float64Array;
}

/** Points on the way from the mean to what was seen. */
const points = 512;

/**
 * Integrated gradients (Sundararajan, Taly and Yan 2017, equation 1): the gradient of the preference, taken along the straight line from the mean of
 * training to what was seen, in normalised features. They are complete (proposition 1 there): the parts add up to the difference between both ends.
 *
 * @param observation [feature] as observed
 */
export function attributePreference(
  snapshot: NetworkSnapshot,
  observation: Float32Array,
  option: number,
  other: number,
): Attribution {
  const network = new PreferenceGradient(snapshot, option, other);
  const seen = new Float64Array(observation.length);
  Normalizer.restored(snapshot.normalizer).normalize(observation, 1, seen);
  const parts = new Float64Array(seen.length);
  const at = new Float64Array(seen.length);
  for (let point = 0; point < points; point++) {
    const share = (point + 0.5) / points;
    for (let feature = 0; feature < seen.length; feature++) at[feature] = share * seen[feature]!;
    const gradient = network.gradient(at);
    for (let feature = 0; feature < seen.length; feature++) {
      parts[feature]! += (seen[feature]! * gradient[feature]!) / points;
    }
  }
  return { preference: network.preference(seen), usual: network.preference(at.fill(0)), parts };
}

/** The tanh layers under the policy's head, and their gradient by what goes in. */
class PreferenceGradient {
  readonly #parameters: Float32Array;
  readonly #hidden: readonly Dense[];
  /** [unit of the last hidden layer] Weight in the preference, and what is added. */
  readonly #top: Float64Array;
  readonly #bias: number;

  constructor({ shape, hyperparameters, parameters }: NetworkSnapshot, option: number, other: number) {
    const { hidden, heads } = networkLayout(shape, hyperparameters).stacks[0]!;
    const { weights, bias, inputs, outputs } = heads[0]!;
    this.#parameters = parameters;
    this.#hidden = hidden;
    this.#top = Float64Array.from({ length: inputs }, (_, input) => {
      const row = weights + input * outputs;
      return parameters[row + option]! - parameters[row + other]!;
    });
    this.#bias = parameters[bias + option]! - parameters[bias + other]!;
  }

  preference(input: Float64Array): number {
    const last = this.#activations(input).at(-1)!;
    return last.reduce((sum, one, unit) => sum + one * this.#top[unit]!, this.#bias);
  }

  gradient(input: Float64Array): Float64Array {
    const activations = this.#activations(input);
    let slope = this.#top;
    for (let layer = this.#hidden.length - 1; layer >= 0; layer--) {
      const output = activations[layer + 1]!;
      slope = this.#back(
        this.#hidden[layer]!,
        slope.map((one, unit) => one * (1 - output[unit]! ** 2)),
      );
    }
    return slope;
  }

  /** [layer + 1] What goes in, and what each layer makes of it. */
  #activations(input: Float64Array): Float64Array[] {
    const all = [input];
    for (const { weights, bias, outputs } of this.#hidden) {
      const below = all.at(-1)!;
      const sums = Float64Array.from({ length: outputs }, (_, output) => this.#parameters[bias + output]!);
      for (let from = 0; from < below.length; from++) {
        const row = weights + from * outputs;
        for (let output = 0; output < outputs; output++)
          sums[output]! += below[from]! * this.#parameters[row + output]!;
      }
      all.push(sums.map(Math.tanh));
    }
    return all;
  }

  #back({ weights, inputs, outputs }: Dense, slope: Float64Array): Float64Array {
    return Float64Array.from({ length: inputs }, (_, input) => {
      const row = weights + input * outputs;
      let sum = 0;
      for (let output = 0; output < outputs; output++) sum += this.#parameters[row + output]! * slope[output]!;
      return sum;
    });
  }
}
