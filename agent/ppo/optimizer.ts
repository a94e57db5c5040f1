import { Adam, type AdamState, gradientNorm } from './adam.ts';
import type { Layout } from './layout.ts';
import type { Network, Part } from './network.ts';

export interface OptimizerState {
  readonly policy: AdamState;
  readonly critic: AdamState;
}

/** Clips the gradient by its global norm and steps; the critic's own parameters keep their own count of steps. */
export class Optimizer {
  readonly #policy: Adam;
  readonly #critic: Adam;

  private constructor(policy: Adam, critic: Adam) {
    this.#policy = policy;
    this.#critic = critic;
  }

  static create({ size, criticOffset }: Layout): Optimizer {
    return new Optimizer(new Adam(criticOffset), new Adam(size - criticOffset));
  }

  static restored({ policy, critic }: OptimizerState): Optimizer {
    return new Optimizer(Adam.restored(policy), Adam.restored(critic));
  }

  save(): OptimizerState {
    return { policy: this.#policy.save(), critic: this.#critic.save() };
  }

  /** Returns the norm of the gradient before it was cut. */
  step(network: Network, part: Part, learningRate: number, maxGradientNorm: number): number {
    const { parameters, gradients } = network;
    const { criticOffset } = network.layout;
    const norm = gradientNorm(gradients);
    const scale = Math.min(1, maxGradientNorm / (norm + 1e-6));
    if (part !== 'critic') {
      const own = parameters.subarray(0, criticOffset);
      this.#policy.step(own, gradients.subarray(0, criticOffset), learningRate, scale);
    }
    if (part !== 'policy') {
      this.#critic.step(parameters.subarray(criticOffset), gradients.subarray(criticOffset), learningRate, scale);
    }
    network.changed();
    return norm;
  }
}
