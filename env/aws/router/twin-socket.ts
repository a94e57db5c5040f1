/** Where the router of a twin listens, asked of the twin itself at the first command. */
export function twinSocket(url: string, ask: typeof fetch = fetch): () => Promise<string> {
  let known: Promise<string> | null = null;
  const found = async () => {
    const response = await ask(`${url}/_twin/router`, { signal: AbortSignal.timeout(5000) });
    const { socket } = (await response.json()) as { socket?: unknown };
    if (typeof socket === 'string' && /^127\.0\.0\.1:\d+$/.test(socket)) return socket;
    throw Object.assign(new Error(`the twin at ${url} has no router`), { name: 'NoSuchRouter' });
  };
  return () => {
    known ??= found().catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };
}
