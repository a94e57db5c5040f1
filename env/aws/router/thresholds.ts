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

/** What a settings map says; null: not even a variant of the profile. A class without an entry goes to Lambda at once, as HAProxy takes it. */
export function settingIn(
  entries: ReadonlyMap<string, string>,
  { variants, slo }: ServiceProfile,
): RouterSetting | null {
  const variant = variants.findIndex(({ name }) => name === entries.get(variantKey));
  if (variant < 0) return null;
  const maxWaitMs = slo.classes.map(({ name }) => {
    const wait = entries.get(waitKey(name));
    return wait === neverSpills ? null : wholeWait(Number(wait) || 0);
  });
  return { variant, spillover: { maxWaitMs } };
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
