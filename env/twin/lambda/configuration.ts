import type { Output } from '../operation.ts';

/** $LATEST, or a published version of a function, which never changes. */
export interface Configuration {
  /** `$LATEST`, or a number. */
  readonly version: string;
  readonly memoryMb: number;
  readonly description: string;
  readonly codeSha256: string;
  /** Of its invocations, that fail. */
  readonly errorShare: number;
  readonly changedMs: number;
  /** Until then the update is in progress, or the version is pending. */
  readonly settledMs: number;
  /** While it changes, and afterwards. */
  readonly revisions: readonly [string, string];
}

export const latest = '$LATEST';

export function isSettled({ settledMs }: Configuration, nowMs: number): boolean {
  return nowMs >= settledMs;
}

export function revisionOf(configuration: Configuration, nowMs: number): string {
  return configuration.revisions[isSettled(configuration, nowMs) ? 1 : 0];
}

/** FunctionConfiguration of the Lambda API. */
export function configurationOutput(name: string, arn: string, configuration: Configuration, nowMs: number): Output {
  const { version, memoryMb, description, codeSha256, changedMs } = configuration;
  const settled = isSettled(configuration, nowMs);
  const isLatest = version === latest;
  return {
    FunctionName: name,
    FunctionArn: isLatest ? arn : `${arn}:${version}`,
    Runtime: 'python3.13',
    Role: `arn:aws:iam::${arn.split(':')[4]}:role/inference`,
    Handler: 'inference.handler',
    CodeSize: 250_000_000,
    Description: description,
    Timeout: 60,
    MemorySize: memoryMb,
    LastModified: lambdaTime(changedMs),
    CodeSha256: codeSha256,
    Version: version,
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: revisionOf(configuration, nowMs),
    State: isLatest || settled ? 'Active' : 'Pending',
    ...(isLatest || settled ? {} : { StateReason: 'The function is being created.', StateReasonCode: 'Creating' }),
    LastUpdateStatus: isLatest && !settled ? 'InProgress' : 'Successful',
    PackageType: 'Zip',
    Architectures: ['x86_64'],
    EphemeralStorage: { Size: 512 },
  };
}

/** A text in Lambda's API: `2026-11-22T05:00:00.000+0000`. */
export function lambdaTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+0000');
}
