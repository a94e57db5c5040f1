import { InputProblem } from '../../env/problem.ts';
import { Adam } from './adam.ts';

/** `adam`: gradient ascent as OmniSafe's PPO-Lag; `pid`: Stooke, Achiam and Abbeel 2020, which damps its swings. */
export type LagrangeOptions = AdamOptions | PidOptions;

interface AdamOptions {
  readonly kind: 'adam';
  /** The multiplier before the first update, at least 0. */
  readonly initial: number;
  readonly learningRate: number;
  /** The multiplier never exceeds this; null: no limit. */
  readonly limit: number | null;
}

interface PidOptions {
  readonly kind: 'pid';
  readonly initial: number;
  readonly proportional: number;
  readonly integral: number;
  readonly derivative: number;
  readonly limit: number | null;
}

export const defaultLagrange: LagrangeOptions = { kind: 'adam', initial: 0.001, learningRate: 0.035, limit: null };

export interface LagrangeState {
  readonly options: LagrangeOptions;
  readonly multiplier: number;
  readonly integral: number;
  readonly lastViolation: number;
  readonly adam: { readonly steps: number; readonly first: number; readonly second: number };
}

/**
 * The price of a violation, at least 0: it rises while the mean violation is above 0 and falls while it is below.
 * Rewards are penalised by `multiplier` × violation.
 */
export class Lagrange {
  readonly #options: LagrangeOptions;
  readonly #value: Float32Array; // [1] the multiplier
  #integral: number;
  #lastViolation = 0;
  #adam = new Adam(1);

  constructor(options: LagrangeOptions = defaultLagrange) {
    if (!(options.initial >= 0)) {
      throw new InputProblem(`The initial Lagrange multiplier is ${options.initial}: it must be at least 0.`);
    }
    this.#options = options;
    this.#value = Float32Array.of(options.initial);
    this.#integral = options.initial;
  }

  static restored(state: LagrangeState): Lagrange {
    const lagrange = new Lagrange(state.options);
    lagrange.#value[0] = state.multiplier;
    lagrange.#integral = state.integral;
    lagrange.#lastViolation = state.lastViolation;
    const { steps, first, second } = state.adam;
    lagrange.#adam = Adam.restored({ steps, first: Float32Array.of(first), second: Float32Array.of(second) });
    return lagrange;
  }

  save(): LagrangeState {
    const { steps, first, second } = this.#adam.save();
    return {
      options: this.#options,
      multiplier: this.multiplier,
      integral: this.#integral,
      lastViolation: this.#lastViolation,
      adam: { steps, first: first[0]!, second: second[0]! },
    };
  }

  get multiplier(): number {
    return this.#value[0]!;
  }

  /** Takes in the mean violation of a rollout and returns the new multiplier. */
  update(meanViolation: number): number {
    const options = this.#options;
    if (options.kind === 'adam') {
      this.#adam.step(this.#value, Float32Array.of(-meanViolation), options.learningRate);
    } else {
      this.#integral = Math.max(0, this.#integral + options.integral * meanViolation);
      const rise = Math.max(0, meanViolation - this.#lastViolation);
      this.#value[0] = options.proportional * meanViolation + this.#integral + options.derivative * rise;
      this.#lastViolation = meanViolation;
    }
    this.#value[0] = Math.min(options.limit ?? Infinity, Math.max(0, this.multiplier));
    return this.multiplier;
  }
}
