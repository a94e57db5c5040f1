import type { NumberRule } from '../../number-rule.ts';
import type { Random } from '../../random.ts';
import { type Fault, type FaultKind, type FaultRule, faultKinds, faultRules } from './fault.ts';

export interface DrawOptions {
  readonly random: Random;
  /** Faults begin within this time. */
  readonly seconds: number;
  /** Mean time between the beginnings of two faults. */
  readonly everySeconds: number;
  readonly longestSeconds: number;
  /** Names of Auto Scaling groups and Lambda functions. */
  readonly groups: readonly string[];
  readonly functions: readonly string[];
  /** By default all of them. */
  readonly kinds?: readonly FaultKind[];
}

/** A random script: faults begin as a Poisson process, may overlap, and concern one group or function, or every call or metric. */
export function drawFaults(options: DrawOptions): readonly Fault[] {
  const { random, seconds, everySeconds, longestSeconds, kinds = faultKinds } = options;
  const faults: Fault[] = [];
  for (let at = everySeconds * random.exponential(); at < seconds; at += everySeconds * random.exponential()) {
    const kind = kinds[random.below(kinds.length)]!;
    const rule: FaultRule = faultRules[kind];
    faults.push({
      kind,
      atSeconds: Math.floor(at),
      forSeconds: rule.lasts ? 1 + random.below(longestSeconds) : 0,
      service: null,
      operation: null,
      resource: drawResource(rule, options),
      strength: rule.strength === null ? 1 : drawStrength(rule.strength, random),
    });
  }
  return faults;
}

function drawResource({ subject }: FaultRule, { random, groups, functions }: DrawOptions): string | null {
  const names = subject === 'group' ? groups : subject === 'function' ? functions : [];
  return names[random.below(names.length)] ?? null;
}

/** Between half and one and a half of the usual one, as far as that is legal. */
function drawStrength(
  { usual, legal }: { readonly usual: number; readonly legal: NumberRule },
  random: Random,
): number {
  const drawn = usual * (0.5 + random.uniform());
  const bounded = Math.min(legal.most ?? Infinity, Math.max(legal.least ?? -Infinity, drawn));
  return legal.whole ? Math.round(bounded) : bounded;
}
