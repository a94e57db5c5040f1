/** What one level of the fleet costs in each step, compared with being off in it. */
export interface LevelCosts {
  /** [step] On throughout. */
  readonly on: Float64Array;
  /** [step] On for the best part of the step, where it switches within it; null: it switches at the ends of steps only. */
  readonly partly: Float64Array | null;
  readonly launch: number;
}

/**
 * The cheapest way through time for one level, the first state being free: Viterbi's algorithm over two states, off and on.
 * Where a level may switch within a step, a step that begins and ends in different states, or that holds a launch, costs its `partly`.
 */
export function leastPathCost({ on, partly, launch }: LevelCosts): number {
  let off = 0;
  let running = 0;
  for (let step = 0; step < on.length; step++) {
    const whole = on[step]!;
    const previousOff = off;
    if (partly === null) {
      const switchedOn = Math.min(running, off + launch);
      off = Math.min(off, running);
      running = switchedOn + whole;
      continue;
    }
    const part = partly[step]!;
    const relaunched = launch + part;
    off = Math.min(previousOff + Math.min(relaunched, 0), running + part);
    running = Math.min(running + Math.min(relaunched, whole), previousOff + relaunched);
  }
  return Math.min(off, running);
}

/** [step] 1 where a cheapest path that switches at the ends of steps only is on; off where both are as cheap. */
export function leastPath(on: Float64Array, launch: number): Uint8Array {
  const steps = on.length;
  // [step] Whether the best way to be off or on in a step comes from on in the step before.
  const offFromOn = new Uint8Array(steps);
  const onFromOn = new Uint8Array(steps);
  let off = 0;
  let running = 0;
  for (let step = 0; step < steps; step++) {
    const nextOff = Math.min(off, running);
    offFromOn[step] = Number(running < off);
    onFromOn[step] = Number(running <= off + launch);
    running = Math.min(running, off + launch) + on[step]!;
    off = nextOff;
  }
  const path = new Uint8Array(steps);
  let state = Number(running < off);
  for (let step = steps - 1; step >= 0; step--) {
    path[step] = state;
    state = (state === 1 ? onFromOn : offFromOn)[step]!;
  }
  return path;
}
