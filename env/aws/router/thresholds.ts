import { neverSpills, variantKey, waitKey } from '../../deployment/router-layout.ts';
import type { Action, ServiceProfile } from '../../types.ts';

export type RouterSetting = Pick<Action, 'variant'> & { readonly spillover: Pick<Action['spillover'], 'maxWaitMs'> };

/** Longer waits are cut to a day: spilling earlier than asked is the harmless side. */
const mostWaitMs = 86_400_000;

/** The action as entries of the settings map: the variant's name, and per class its longest wait in whole milliseconds, or `never`. */
export function settingsOf(action: RouterSetting, profile: ServiceProfile): Map<string, string> {
  const { variant, spillover } = action;
  return new Map([
    [variantKey, profile.variants[variant]!.name],
    ...profile.slo.classes.map(({ name }, index): [string, string] => {
      const wait = spillover.maxWaitMs[index] ?? null;
      return [waitKey(name), wait === null ? neverSpills : `${wholeWait(wait)}`];
    }),
  ]);
}

function wholeWait(waitMs: number): number {
  return Math.max(0, Math.min(mostWaitMs, Math.floor(waitMs)));
}

/** What has to be said to a router whose map holds `inForce`; nothing where it is as wished. */
export function thresholdCommands(
  map: string,
  wished: ReadonlyMap<string, string>,
  inForce: ReadonlyMap<string, string>,
): string[] {
  return [...wished].flatMap(([key, value]) => {
    if (inForce.get(key) === value) return [];
    return [`${inForce.has(key) ? 'set' : 'add'} map ${map} ${key} ${value}`];
  });
}
