import { neverSpills, settingsFile, variantKey, waitKey } from '../../deployment/router-layout.ts';
import type { ServiceProfile } from '../../types.ts';
import type { RoutedWorld } from '../parts.ts';

/** The map that the controller writes, as HAProxy holds it. Its values reach the traffic as HAProxy's rules would read them. */
export class Settings {
  readonly file: string;
  readonly #profile: ServiceProfile;
  readonly #entries: Map<string, string>;

  constructor(deployment: string, profile: ServiceProfile) {
    const { variants, accuracyFloor, slo } = profile;
    const start = variants.find(({ accuracy }) => accuracy >= accuracyFloor) ?? variants.at(-1)!;
    this.file = `/twin/${settingsFile(deployment)}`;
    this.#profile = profile;
    this.#entries = new Map([
      [variantKey, start.name],
      ...slo.classes.map(({ name }): [string, string] => [waitKey(name), '0']),
    ]);
  }

  show(): string {
    return [...this.#entries].map(([key, value], index) => `${pointer(index)} ${key} ${value}\n`).join('');
  }

  list(): string {
    const entries = `entry_cnt=${this.#entries.size}`;
    return `# id (file) description\n0 (${this.file}) pattern loaded from file '${this.file}' used by map at file 'twin' line 1, by map at file 'twin' line 2. curr_ver=0 next_ver=0 ${entries}\n`;
  }

  /** HAProxy's answer. */
  set(key: string, value: string): string {
    if (!this.#entries.has(key)) return 'entry not found.\n';
    this.#entries.set(key, value);
    return '';
  }

  /** HAProxy reads a value that is no number as 0, and a variant that it does not know as the one it began with. */
  setting(): Parameters<RoutedWorld['route']>[0] {
    const { variants, accuracyFloor, slo } = this.#profile;
    const named = variants.findIndex(({ name }) => name === this.#entries.get(variantKey));
    const start = variants.findIndex(({ accuracy }) => accuracy >= accuracyFloor);
    return {
      variant: named >= 0 ? named : start >= 0 ? start : variants.length - 1,
      maxWaitMs: slo.classes.map(({ name }) => {
        const wait = this.#entries.get(waitKey(name));
        return wait === neverSpills ? null : Number(/^\d+/.exec(wait ?? '')?.[0] ?? 0);
      }),
    };
  }
}

/** What HAProxy puts in front of an entry, to be named by. */
export function pointer(index: number): string {
  return `0x${(0x5500_0000_0000 + 144 * index).toString(16)}`;
}
