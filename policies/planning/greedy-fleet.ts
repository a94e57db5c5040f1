/** A kind of VM that can be bought. */
export interface VmOffer {
  /** Requests per second. */
  readonly perSecond: number;
  readonly usdPerStep: number;
  /** Of a launch. */
  readonly launchUsd: number;
  /** Those that are there, whose launch is paid for. */
  readonly present: number;
  readonly max: number;
}

interface Row {
  readonly offer: number;
  readonly perSecond: number;
  readonly usdPerStep: number;
  readonly launchUsd: number;
  /** How many of it can still be taken. */
  left: number;
}

/**
 * [offer] VMs that cover a demand, bought one by one: each for the stretch that begins at the worst uncovered one of the first few steps and ends where nothing
 * is uncovered, and of the kind with the least dollars per request that it covers there, launch included; what is there costs no launch.
 * Source: MArk (Zhang et al., USENIX ATC 2019), its greedy heuristic; with the details of its published proactive controller.
 *
 * @param demand [step] requests per second
 * @param coverSteps nothing must be left uncovered in so many steps
 */
export function greedyFleet(demand: ArrayLike<number>, offers: readonly VmOffer[], coverSteps: number): number[] {
  const residual = Float64Array.from(demand);
  const rows = offers.flatMap(({ perSecond, usdPerStep, launchUsd, present, max }, offer): Row[] => [
    { offer, perSecond, usdPerStep, launchUsd: 0, left: Math.min(present, max) },
    { offer, perSecond, usdPerStep, launchUsd, left: Math.max(0, max - present) },
  ]);
  const counts = offers.map(() => 0);
  for (;;) {
    const from = worstStep(residual, coverSteps);
    const usable = rows.filter((row) => row.left > 0);
    if (from === null || usable.length === 0) return counts;
    const end = endOfStretch(residual, from);
    const best = usable.reduce((one, other) =>
      usdPerCovered(other, residual, from, end) < usdPerCovered(one, residual, from, end) ? other : one,
    );
    best.left--;
    counts[best.offer]!++;
    for (let step = from; step < end; step++) residual[step]! -= best.perSecond;
  }
}

/** Null: all are covered. */
function worstStep(residual: Float64Array, coverSteps: number): number | null {
  let worst: number | null = null;
  for (let step = 0; step < Math.min(coverSteps, residual.length); step++) {
    if (residual[step]! > 1e-9 && residual[step]! > (worst === null ? 0 : residual[worst]!)) worst = step;
  }
  return worst;
}

function endOfStretch(residual: Float64Array, from: number): number {
  let end = from;
  while (end < residual.length && residual[end]! > 1e-9) end++;
  return end;
}

function usdPerCovered(
  { usdPerStep, launchUsd, perSecond }: Row,
  residual: Float64Array,
  from: number,
  end: number,
): number {
  let covered = 0;
  for (let step = from; step < end; step++) covered += Math.min(perSecond, residual[step]!);
  return (usdPerStep * (end - from) + launchUsd) / covered;
}
