import type { ServiceError } from './operation.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque to whoever asks; null: this was the last page. */
  readonly next: string | null;
}

const prefix = 'page-';

/** One page of a list; `refuse` makes the service's own error for a token that is none of the twin's. */
export function page<T>(
  all: readonly T[],
  token: string | null,
  most: number,
  refuse: (said: string) => ServiceError,
): Page<T> {
  const start = token === null ? 0 : startOf(token);
  if (start === null || start > all.length) throw refuse('the token is not valid');
  const end = start + most;
  return { items: all.slice(start, end), next: end < all.length ? tokenOf(end) : null };
}

function tokenOf(start: number): string {
  return Buffer.from(`${prefix}${start}`).toString('base64url');
}

function startOf(token: string): number | null {
  const match = /^page-(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  return match === null ? null : Number(match[1]);
}
