import type { Random } from '../../random.ts';
import type { SpotMarket } from '../../sim/spot-market.ts';
import type { VmPool } from '../../vm-pool.ts';
import type { Clock } from '../clock.ts';
import type { FaultSchedule } from '../faults/schedule.ts';

export interface GroupParts {
  readonly name: string;
  readonly region: string;
  readonly pool: VmPool;
  readonly initialVms: number;
  readonly clock: Clock;
  readonly faults: FaultSchedule;
  readonly random: Random;
  /** Null: on demand. */
  readonly market: SpotMarket | null;
}
