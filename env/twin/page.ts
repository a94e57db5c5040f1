import { ServiceError } from './operation.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Undefined: this was the last one. */
  readonly nextToken: string | undefined;
}

/** One page of a list. `list` tells lists apart: a token of one is refused by another. */
export function pageOf<Item>(all: readonly Item[], size: number, token: unknown, list: string): Page<Item> {
  const [start] = token === undefined ? [0] : readToken(token, list);
  const items = all.slice(start, start + size);
  const end = start + items.length;
  return { items, nextToken: end < all.length ? writeToken(list, end) : undefined };
}

/** Where the next page of a list begins, and as of when it is read. */
export function writeToken(list: string, position: number, asOfMs = 0): string {
  return Buffer.from(JSON.stringify([list, position, asOfMs])).toString('base64url');
}

/** Throws what AWS answers to a token that it did not give for this list. */
export function readToken(token: unknown, list: string): readonly [position: number, asOfMs: number] {
  const [name, position, asOfMs] = typeof token === 'string' ? parsed(token) : [];
  if (name === list && isWhole(position) && isWhole(asOfMs)) return [position, asOfMs];
  throw new ServiceError('InvalidNextToken', 'The NextToken value is not valid.');
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function parsed(token: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
