import type { Rung } from '../../controller/rung.ts';
import type { Standing } from '../../env/lease.ts';
import type { Observation } from '../../env/types.ts';

/** Beside what a decision was. */
export interface Circumstances {
  readonly rung: Rung;
  /** Null: there is no lease. */
  readonly standing: Standing | null;
  /** Why the kill switch cannot be read; null: it can. */
  readonly unread: string | null;
  readonly observation: Pick<Observation, 'pools'>;
}

/**
 * Why nothing can come of a decision, though nobody wants it so; null: something can, or somebody does. A standby that knows of nobody who holds the
 * lease waits for nobody.
 */
export function troubleOf({ rung, standing, unread, observation }: Circumstances): string | null {
  if (rung === 'standby')
    return standing === null || standing.isHeld || standing.holder !== null ? null : standing.said;
  const hindrances = observation.pools.flatMap((pool) => pool.hindrances ?? []);
  return unread ?? hindrances.find(({ kind }) => kind === 'access-denied')?.said ?? null;
}
