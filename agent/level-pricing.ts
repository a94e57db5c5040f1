import type { Random } from '../env/random.ts';
import type { LevelBatch } from './level-batch.ts';
import { evaluateLevel, occupyLevel } from './level-evaluation.ts';
import { levelFeatures } from './level-features.ts';
import type { PricedRows } from './ppo/expected-loss.ts';

/** Share of the rows' weight that is spread over all states, so that a policy learns where it never gets to by itself. */
const elsewhere = 0.02;
/** Rows that weigh less are drawn by their weight: each of those that stay counts this much. */
const leastWeight = 0.1;

/** In the price of one VM for one interval: more is cut, so that no single row leads. */
const largestGain = 20;

export interface PricedBatch {
  /** Observations as they were made, not yet normalised. */
  readonly rows: PricedRows;
  /** Of the policy, per interval of a level, beyond what the plan with hindsight costs; in the price of one VM. */
  readonly meanRegret: number;
  /** Of levels that were priced. */
  readonly intervals: number;
}

/**
 * How much surer the policy that is priced is than the one that learns. The agent always does what is likeliest. If its doubt were drawn from
 * every interval, that would switch VMs on and off, and learning would first of all get rid of the doubt, after which nothing moves it.
 */
const certainty = 8;

/**
 * Prices both options in every state of every interval, exactly: a backward pass tells what each leads to, a forward pass how often
 * the policy gets there. Only what demand was drawn is left to chance.
 *
 * @param preferences [row] of the batch: the logit of "on" less that of "off"
 */
export function priceBatch(batch: LevelBatch, preferences: Float32Array, random: Random): PricedBatch {
  const chances = preferences.map((one) => 1 / (1 + Math.exp(-certainty * one)));
  const gains = new Float32Array(chances.length);
  const weights = new Float32Array(chances.length);
  let regret = 0;
  let intervals = 0;
  for (const [episode, model] of batch.models.entries()) {
    const from = batch.from[episode]!;
    const best = evaluateLevel(model, null, gains, from);
    const costs = evaluateLevel(model, chances, gains, from);
    const start = new Float64Array(model.states);
    start[0] = 0.5; // half of the levels begin off, half on
    start[model.boots]! += 0.5;
    occupyLevel(model, chances, start, weights, from);
    for (const [state, share] of start.entries()) regret += share * (costs[state]! - best[state]!);
    intervals += model.intervals;
  }
  const kept = keep(batch, weights, random);
  return {
    rows: pricedRows(batch.observations, preferences, gains, weights, kept),
    meanRegret: regret / intervals,
    intervals,
  };
}

/** The rows to be learnt from; raises the weights of some of them. */
function keep({ models, from, learnt }: LevelBatch, weights: Float32Array, random: Random): Int32Array {
  const kept: number[] = [];
  for (const [episode, { states }] of models.entries()) {
    const end = from[episode]! + learnt[episode]! * states;
    for (let row = from[episode]!; row < end; row++) {
      const weight = (1 - elsewhere) * weights[row]! + elsewhere / states;
      weights[row] = Math.max(leastWeight, weight);
      if (weight >= leastWeight || random.uniform() < weight / leastWeight) kept.push(row);
    }
  }
  return Int32Array.from(kept);
}

function pricedRows(
  observations: Float32Array,
  preferences: Float32Array,
  gains: Float32Array,
  weights: Float32Array,
  kept: Int32Array,
): PricedRows {
  const width = levelFeatures.length;
  const rows = {
    observations: new Float32Array(kept.length * width),
    chances: new Float32Array(kept.length * 2),
    advantages: new Float32Array(kept.length * 2),
    weights: new Float32Array(kept.length),
  };
  for (const [index, row] of kept.entries()) {
    const on = 1 / (1 + Math.exp(-preferences[row]!));
    const gain = Math.max(-largestGain, Math.min(largestGain, gains[row]!));
    rows.observations.set(observations.subarray(row * width, (row + 1) * width), index * width);
    rows.chances[2 * index] = 1 - on;
    rows.chances[2 * index + 1] = on;
    rows.advantages[2 * index] = -on * gain;
    rows.advantages[2 * index + 1] = (1 - on) * gain;
    rows.weights[index] = weights[row]!;
  }
  return rows;
}
