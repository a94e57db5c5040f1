import { access } from 'node:fs/promises';

/** `unreadable` stops as `pulled` does: who cannot ask must not act. */
export type KillSwitch = 'clear' | 'pulled' | 'unreadable';

/** Pulled by the mere presence of the file, whatever is in it. */
export async function readKillSwitch(path: string | null): Promise<KillSwitch> {
  if (path === null) return 'clear';
  try {
    await access(path);
    return 'pulled';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'clear' : 'unreadable';
  }
}

export function strictest(switches: readonly KillSwitch[]): KillSwitch {
  return (['pulled', 'unreadable'] as const).find((state) => switches.includes(state)) ?? 'clear';
}
