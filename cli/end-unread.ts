let isEnding = false;

/**
 * Nobody reads what is said any more, as after `| head`. What listens for SIGTERM ends as if it had been sent one, since a controller has a lease to
 * give back and a decision to end; anything else ends at once.
 */
export function endUnread(): void {
  if (isEnding) return;
  isEnding = true;
  if (!process.emit('SIGTERM')) process.exit(process.exitCode ?? 0);
}
