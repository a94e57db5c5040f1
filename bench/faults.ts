import type { Random } from '../env/random.ts';

/** What can go wrong with metrics, machines, calls and the policy. */
export const faultKinds = [
  'metrics-freeze',
  'metrics-vanish',
  'queue-vanishes',
  'metrics-jump',
  'metrics-zero',
  'boots-hang',
  'launches-fail',
  'step-lost',
  'policy-throws',
  'policy-nan',
  'policy-absurd',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** From one decision on, counted from 0, for so many. */
export interface Fault {
  readonly kind: FaultKind;
  readonly from: number;
  readonly ticks: number;
}

export function isActive({ from, ticks }: Fault, tick: number): boolean {
  return tick >= from && tick < from + ticks;
}

export function activeKinds(faults: readonly Fault[], tick: number): ReadonlySet<FaultKind> {
  return new Set(faults.filter((fault) => isActive(fault, tick)).map(({ kind }) => kind));
}

/** One fault begins every 45 decisions on average and lasts 1 to 20; they may overlap. */
export function drawFaults(random: Random, ticks: number): Fault[] {
  const faults: Fault[] = [];
  for (let tick = 0; tick < ticks; tick++) {
    if (random.uniform() >= 1 / 45) continue;
    const kind = faultKinds[Math.floor(random.uniform() * faultKinds.length)]!;
    faults.push({ kind, from: tick, ticks: 1 + Math.floor(random.uniform() * 20) });
  }
  return faults;
}
