import { type ServiceOptions, serviceHeads, serviceOptionCount, usualOptions } from './service-options.ts';
import type { Worlds } from './worlds.ts';

/** VMs are planned to be this busy at the most when a larger variant is tried on them. */
const fullest = 0.9;

/**
 * A thrifty choice for the service heads, which the network imitates before it improves on it: idle VMs answer with a larger variant,
 * which costs nothing and gains accuracy; an overload spends what was gained on a smaller one before it spills.
 *
 * @param fill peak load over what the ready VMs serve with the usual variant
 * @param mask [option over the three heads] from `offset` on
 * @returns [head]
 */
export function thriftyOptions(options: ServiceOptions, fill: number, mask: Uint8Array, offset: number): number[] {
  const usual = usualOptions[0]!;
  let variant = usual;
  if (fill > 1) {
    for (let smaller = usual - 1; smaller >= 0; smaller--) {
      if (!mask[offset + smaller]) continue;
      variant = smaller;
      if (fill * options.variants[smaller]!.work <= 1) break;
    }
  } else {
    for (let larger = usual + 1; larger < serviceHeads[0]!; larger++) {
      if (mask[offset + larger] && fill * options.variants[larger]!.work <= fullest) variant = larger;
    }
  }
  return [variant, usualOptions[1]!, usualOptions[2]!];
}

/** Worlds that can say what thrift would choose, [world, head]. */
export interface TeachingWorlds extends Worlds {
  teach(masks: Uint8Array, into: Int32Array): void;
}

/** Rows for Learner.imitate: lets thrift act in the worlds. */
export function serviceLessons(worlds: TeachingWorlds, steps: number) {
  const { count, observationSize } = worlds;
  const rows = count * steps;
  const lessons = {
    observations: new Float32Array(rows * observationSize),
    masks: new Uint8Array(rows * serviceOptionCount),
    labels: new Int32Array(rows * serviceHeads.length),
    weights: new Float32Array(rows).fill(1),
  };
  const step = {
    rewards: new Float32Array(count),
    violations: new Float32Array(count),
    truncated: new Uint8Array(count),
    finalObservations: new Float32Array(count * observationSize),
  };
  for (let row = 0; row < rows; row += count) {
    const masks = lessons.masks.subarray(row * serviceOptionCount, (row + count) * serviceOptionCount);
    const labels = lessons.labels.subarray(row * serviceHeads.length, (row + count) * serviceHeads.length);
    worlds.observe(lessons.observations.subarray(row * observationSize, (row + count) * observationSize));
    worlds.mask(masks);
    worlds.teach(masks, labels);
    worlds.step(labels, step);
  }
  return lessons;
}
