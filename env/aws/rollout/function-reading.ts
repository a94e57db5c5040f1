import type { Canary } from '../writing/mutation.ts';

/** A Lambda function as AWS reports it. */
export interface FunctionReading {
  readonly latest: ConfigurationReading & { readonly revision: string };
  readonly alias: { readonly version: string; readonly canary: Canary | null; readonly revision: string };
  /** The version that the alias serves, or served when the rollout began. */
  readonly old: VersionReading;
  /** The rollout's own version; null: none is asked for, or it does not exist. */
  readonly new: VersionReading | null;
  /** Whether $LATEST differs from `old` in nothing but its memory: else publishing it would ship what nobody released. */
  readonly isLatestReleased: boolean;
}

export interface ConfigurationReading {
  readonly memoryMb: number;
  /** `busy`: being created or updated. */
  readonly state: 'ready' | 'busy' | 'failed';
}

export interface VersionReading extends ConfigurationReading {
  readonly version: string;
  readonly description: string;
  readonly provisioned: Provisioned | null;
}

/** Provisioned concurrency of a version. */
export interface Provisioned {
  readonly environments: number;
  readonly state: 'ready' | 'busy' | 'failed';
}

/** Which versions a reading is about; null: the one that the alias serves, and none. */
export interface ReadVersions {
  readonly old: string | null;
  readonly new: string | null;
}
