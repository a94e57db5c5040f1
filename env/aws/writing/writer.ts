import type { Fault } from '../calls/fault.ts';
import type { Mutation } from './mutation.ts';

/** `unknown`: it was sent, and what came of it must be read before anything else is written. */
export type Written =
  | { readonly state: 'done'; readonly response: unknown }
  | { readonly state: 'refused' | 'unknown'; readonly fault: Fault };

/**
 * The one way by which anything is changed. Live, it sends the request; in shadow mode it notes the exact request and sends nothing.
 * Never throws for what AWS answers.
 */
export interface Writer {
  readonly mode: 'shadow' | 'live';
  write(mutation: Mutation): Promise<Written>;
}
