/** Aborted by the first SIGTERM or SIGINT. A second one of the same kind ends the process at once, as it would without this. */
export function stopSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => controller.abort(name));
  return controller.signal;
}
