import type { Rung } from '../../controller/rung.ts';
import type { Standing } from '../../env/lease.ts';

/**
 * Why nothing can come of a decision, though nobody wants it so; null: something can, or somebody does. A standby that knows of nobody who holds the
 * lease waits for nobody, and `unread` is why the kill switch cannot be read.
 */
export function troubleOf(rung: Rung, standing: Standing | null, unread: string | null): string | null {
  if (rung !== 'standby') return unread;
  return standing === null || standing.isHeld || standing.holder !== null ? null : standing.said;
}
