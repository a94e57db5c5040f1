/** What went wrong with a call, by what can be done about it (docs/aws.md). */
export const faultKinds = [
  'throttled',
  'denied',
  'expired-credentials',
  'conflict',
  'stale',
  'invalid',
  'not-found',
  'timeout',
  'unreachable',
  'garbled',
  'service',
  /** Spillway itself did not send it: no lease, a kill switch, an end. */
  'withheld',
] as const;

export interface Fault {
  readonly kind: (typeof faultKinds)[number];
  /** Name of the error without its suffix, as on the wire where that is known. */
  readonly code: string;
  /** A sentence with the operation and the message, free of secrets. */
  readonly said: string;
  /** Whether a write may have happened all the same. */
  readonly isUnknown: boolean;
}
