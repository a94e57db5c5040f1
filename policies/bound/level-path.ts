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
