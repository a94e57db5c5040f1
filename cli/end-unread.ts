import { isBrokenPipe } from './exit.ts';

let isEnding = false;

/**
 * What is said arrives nowhere: the reader has gone, as after `| head`, which is no failure, or a disk is full. What listens for SIGTERM ends as if
 * it had been sent one, since a controller has a lease to give back and a decision to end; anything else ends at once.
 */
export function endUnread(error: Error, tell: (text: string) => void): void {
  if (isEnding) return;
  isEnding = true;
  if (!isBrokenPipe(error)) {
    process.exitCode = 1;
    tell(`error: the output cannot be written (${error.message}).\n`);
  }
  if (!process.emit('SIGTERM')) process.exit(process.exitCode ?? 0);
}
