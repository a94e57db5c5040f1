import type { Writable } from 'node:stream';
import type { Parts } from './parts.ts';

/** What the command touches; tests give their own. */
export interface TrainSurroundings {
  readonly parts: Parts;
  readonly output: Writable;
  readonly messages: Writable & { readonly isTTY?: boolean };
  readonly nowMs: () => number;
  readonly version: string;
}
