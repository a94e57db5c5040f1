export interface AdamState {
  readonly steps: number;
  /** [parameter] */
  readonly first: Float32Array;
  /** [parameter] */
  readonly second: Float32Array;
}

const decayFirst = 0.9;
const decaySecond = 0.999;
const epsilon = 1e-5;

/** Adam (Kingma and Ba 2015, algorithm 1) with the epsilon that PPO implementations use. */
export class Adam {
  #steps = 0;
  readonly #first: Float32Array;
  readonly #second: Float32Array;

  constructor(size: number) {
    this.#first = new Float32Array(size);
    this.#second = new Float32Array(size);
  }

  static restored(state: AdamState): Adam {
    const adam = new Adam(state.first.length);
    adam.#steps = state.steps;
    adam.#first.set(state.first);
    adam.#second.set(state.second);
    return adam;
  }

  save(): AdamState {
    return { steps: this.#steps, first: this.#first.slice(), second: this.#second.slice() };
  }

  /** One step down `scale · gradients`. */
  step(parameters: Float32Array, gradients: Float32Array, learningRate: number, scale = 1): void {
    this.#steps++;
    const first = this.#first;
    const second = this.#second;
    const rate = learningRate / (1 - decayFirst ** this.#steps);
    const correction = 1 / (1 - decaySecond ** this.#steps);
    for (let at = 0; at < first.length; at++) {
      const gradient = gradients[at]! * scale;
      const m = decayFirst * first[at]! + (1 - decayFirst) * gradient;
      const v = decaySecond * second[at]! + (1 - decaySecond) * gradient * gradient;
      first[at] = m;
      second[at] = v;
      parameters[at] = parameters[at]! - (rate * m) / (Math.sqrt(v * correction) + epsilon);
    }
  }
}

/** L2 norm. */
export function gradientNorm(gradients: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < gradients.length; at++) sum += gradients[at]! * gradients[at]!;
  return Math.sqrt(sum);
}
