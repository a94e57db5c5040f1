export interface LevelPathTerms {
  readonly launch: number;
  /** 1: the level is on before the first step; 0: it is off; null: whichever is cheaper, for nothing. */
  readonly before: 0 | 1 | null;
}

/**
 * [step] 1 where a cheapest path is on that switches at the ends of steps only; off where both are as cheap. Viterbi's algorithm over two
 * states, off and on.
 *
 * @param on [step] cost of being on, compared with being off; infinite where it cannot be on
 */
export function leastPath(on: Float64Array, { launch, before }: LevelPathTerms): Uint8Array {
  const steps = on.length;
  // [step] Whether the best way to be off or on in a step comes from on in the step before.
  const offFromOn = new Uint8Array(steps);
  const onFromOn = new Uint8Array(steps);
  let off = before === 1 ? Number.POSITIVE_INFINITY : 0;
  let running = before === 0 ? Number.POSITIVE_INFINITY : 0;
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
