import { InputProblem } from '../../env/problem.ts';
import { Random } from '../../env/random.ts';
import { drawOption, logSoftmax } from './categorical.ts';
import { checkDevice } from './device.ts';
import { updateInExpectation } from './expected.ts';
import type { PricedRows } from './expected-loss.ts';
import { checkHyperparameters, type Hyperparameters } from './hyperparameters.ts';
import { type ImitationOptions, type ImitationStatistics, imitateTeacher } from './imitate.ts';
import { initialParameters } from './initialization.ts';
import { type NetworkShape, networkLayout } from './layout.ts';
import { Network } from './network.ts';
import { Normalizer } from './normalizer.ts';
import { Optimizer } from './optimizer.ts';
import { OwnShare, type PricedShare } from './priced-share.ts';
import { ReturnScaler } from './return-scaler.ts';
import type { Rollout } from './rollout.ts';
import type { LearnerState, NetworkSnapshot } from './snapshot.ts';
import { type UpdateStatistics, updateLearner } from './update.ts';

/** What was drawn for some rows. */
export interface Choice {
  /** [row, head] */
  readonly actions: Int32Array;
  /** [row] Of all heads together. */
  readonly logProbabilities: Float32Array;
  /** [row] */
  readonly values: Float32Array;
}

/** Rows that are sent through the network together. */
const rowsAtOnce = 8192;

interface Parts {
  readonly hyperparameters: Hyperparameters;
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly normalizer: Normalizer;
  readonly returnScaler: ReturnScaler | null;
  readonly random: Random;
}

/**
 * A PPO agent that learns, on the backend that was selected (backend.ts). Everything random comes from its own
 * generator, outside the backend: on one backend the same seed gives the same weights, to the bit.
 */
export class Learner {
  readonly hyperparameters: Hyperparameters;
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly normalizer: Normalizer;
  /** Null: rewards are not scaled. */
  readonly returnScaler: ReturnScaler | null;
  readonly random: Random;
  readonly #logProbabilities: Float64Array;

  private constructor(parts: Parts) {
    this.hyperparameters = parts.hyperparameters;
    this.network = parts.network;
    this.optimizer = parts.optimizer;
    this.normalizer = parts.normalizer;
    this.returnScaler = parts.returnScaler;
    this.random = parts.random;
    this.#logProbabilities = new Float64Array(Math.max(...parts.network.layout.heads));
  }

  static create(shape: NetworkShape, hyperparameters: Hyperparameters, random: Random): Learner {
    checkHyperparameters(hyperparameters);
    const { normalizeObservations, observationClip, scaleRewards, discount, rewardClip } = hyperparameters;
    const layout = networkLayout(shape, hyperparameters);
    return new Learner({
      hyperparameters,
      network: new Network(layout, initialParameters(layout, random)),
      optimizer: Optimizer.create(layout),
      normalizer: new Normalizer(shape.observationSize, { enabled: normalizeObservations, clip: observationClip }),
      returnScaler: scaleRewards ? new ReturnScaler(discount, rewardClip) : null,
      random,
    });
  }

  /**
   * Goes on exactly where `save` was called.
   *
   * @param fresh random numbers for a state without its training part, whose optimiser then starts anew
   */
  static restore(state: LearnerState, fresh: Random | null = null): Learner {
    const { shape, hyperparameters, training } = state;
    if (training === null && fresh === null) {
      throw new InputProblem('The checkpoint holds no optimiser state, so training cannot be resumed from it.');
    }
    const { scaleRewards, discount, rewardClip } = hyperparameters;
    const layout = networkLayout(shape, hyperparameters);
    const scaler = training?.returnScaler
      ? ReturnScaler.restored(discount, rewardClip, training.returnScaler)
      : new ReturnScaler(discount, rewardClip);
    return new Learner({
      hyperparameters,
      network: new Network(layout, state.parameters.slice()),
      optimizer: training ? Optimizer.restored(training.optimizer) : Optimizer.create(layout),
      normalizer: Normalizer.restored(state.normalizer),
      returnScaler: scaleRewards ? scaler : null,
      random: training ? Random.restored(training.random) : fresh!,
    });
  }

  /** What acting takes, as it is now. */
  snapshot(): NetworkSnapshot {
    const { observationSize, heads } = this.network.layout;
    return {
      shape: { observationSize, heads },
      hyperparameters: this.hyperparameters,
      parameters: this.network.parameters.slice(),
      normalizer: this.normalizer.save(),
    };
  }

  /** @throws Error where learning went wrong, rather than to keep what can neither act nor be resumed */
  async save(): Promise<LearnerState> {
    const snapshot = this.snapshot();
    const { mean, squares } = snapshot.normalizer;
    checkDevice();
    if (![snapshot.parameters, mean, squares].every((numbers) => numbers.every(Number.isFinite))) {
      throw new Error('Learning diverged: its weights, or the means of what it saw, are no numbers any more.');
    }
    return {
      ...snapshot,
      training: {
        optimizer: this.optimizer.save(),
        returnScaler: this.returnScaler?.save() ?? null,
        random: this.random.save(),
      },
    };
  }

  /** Draws actions. @param observations [row, feature] as observed; @param masks [row, options of all heads] */
  async act(observations: Float32Array, masks: Uint8Array, count: number): Promise<Choice> {
    const normalized = this.#normalized(observations, count);
    return this.choose(normalized, masks, count, {
      actions: new Int32Array(count * this.network.layout.heads.length),
      logProbabilities: new Float32Array(count),
      values: new Float32Array(count),
    });
  }

  /** As `act`, from normalised observations into given arrays. */
  async choose(normalized: Float32Array, masks: Uint8Array, count: number, into: Choice): Promise<Choice> {
    const { options } = this.network.layout;
    const output = await this.network.forward(normalized, count);
    for (let row = 0; row < count; row++) {
      into.logProbabilities[row] = this.#draw(output, row, masks, into.actions);
      into.values[row] = output[row * (options + 1) + options]!;
    }
    return into;
  }

  /** [row, options of all heads] Logits. @param observations [row, feature] as observed */
  async logits(observations: Float32Array, count: number): Promise<Float32Array> {
    const { observationSize, options } = this.network.layout;
    const logits = new Float32Array(count * options);
    for (let from = 0; from < count; from += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, count - from);
      const seen = observations.subarray(from * observationSize, (from + rows) * observationSize);
      const output = await this.network.forward(this.#normalized(seen, rows), rows, 'policy');
      for (let row = 0, at = from * options; row < rows; row++) {
        for (let option = 0; option < options; option++, at++) logits[at] = output[row * (options + 1) + option]!;
      }
    }
    return logits;
  }

  /** [row] @param observations [row, feature] as observed */
  async values(observations: Float32Array, count: number): Promise<Float32Array> {
    const { options } = this.network.layout;
    const output = await this.network.forward(this.#normalized(observations, count), count, 'critic');
    return Float32Array.from({ length: count }, (_, row) => output[row * (options + 1) + options]!);
  }

  /** @param progress of the whole training, 0 to 1; @param options.criticOnly leaves the policy as it is */
  update(rollout: Rollout, progress: number, { criticOnly = false } = {}): Promise<UpdateStatistics> {
    return updateLearner(this, rollout, progress, criticOnly);
  }

  /** As `update`, from rows whose options have been priced. */
  updateInExpectation(shares: readonly PricedShare[], progress: number): Promise<UpdateStatistics> {
    return updateInExpectation(this, shares, progress);
  }

  /** Rows to be learnt from, in this thread; their observations are as observed. A learner works on one share at a time. */
  share(rows: PricedRows): PricedShare {
    const observations = this.#normalized(rows.observations, rows.weights.length);
    return new OwnShare(this.network, { ...rows, observations }, this.random);
  }

  /**
   * Fits the policy to a teacher and learns the normalisation from what the teacher saw, unless that is frozen.
   *
   * @param observations [row, feature] as observed
   * @param masks [row, options of all heads]
   * @param labels [row, head] −1: no label
   * @param weights [row]
   */
  imitate(
    observations: Float32Array,
    masks: Uint8Array,
    labels: Int32Array,
    weights: Float32Array,
    options: ImitationOptions,
  ): Promise<ImitationStatistics> {
    this.normalizer.update(observations, weights.length);
    const normalized = this.#normalized(observations, weights.length);
    return imitateTeacher(this, { observations: normalized, masks, labels, weights }, options);
  }

  dispose(): void {
    this.network.dispose();
  }

  #normalized(observations: Float32Array, count: number): Float32Array {
    const normalized = new Float32Array(count * this.network.layout.observationSize);
    this.normalizer.normalize(observations, count, normalized);
    return normalized;
  }

  /** Returns the log-probability of the row's actions. */
  #draw(output: Float32Array, row: number, masks: Uint8Array, actions: Int32Array): number {
    const { heads, options } = this.network.layout;
    const scratch = this.#logProbabilities;
    let logProbability = 0;
    for (let head = 0, offset = 0; head < heads.length; offset += heads[head]!, head++) {
      const size = heads[head]!;
      logSoftmax(output, row * (options + 1) + offset, masks, row * options + offset, size, scratch);
      const option = drawOption(scratch, size, this.random.uniform());
      actions[row * heads.length + head] = option;
      logProbability += scratch[option]!;
    }
    return logProbability;
  }
}
