import type { Action } from '../../types.ts';
import type { FleetView } from '../fleet/fleet-view.ts';
import type { Writer } from '../writing/writer.ts';
import type { ReadBounds } from './capacity-lever.ts';
import { type Lever, type Pulled, pending, settled } from './lever.ts';

export interface AlarmsLeverParts {
  /** Index into the profile's pools. */
  readonly pool: number;
  readonly poolName: string;
  readonly group: string;
  readonly writer: Writer;
  readonly read: ReadBounds;
}

const process = 'AlarmNotification';

/**
 * Lets the policies of a group rest while Spillway sets its size: at its start, after it took the group back, and where somebody resumed all processes
 * of the group, as people do after an incident.
 */
export class AlarmsLever implements Lever {
  readonly name: string;
  readonly #parts: AlarmsLeverParts;
  #isResting = false;

  constructor(parts: AlarmsLeverParts) {
    this.name = `the policies of ${parts.poolName}`;
    this.#parts = parts;
  }

  /** They may act again (after a hand-back). */
  forget(): void {
    this.#isResting = false;
  }

  async pull(_: Action, { pools }: FleetView): Promise<Pulled> {
    const { pool, group, writer, read } = this.#parts;
    const { suspended = [process] } = pools[pool] ?? {};
    // In shadow mode they rest in the imagination alone.
    if (this.#isResting && (writer.mode === 'shadow' || suspended.includes(process))) return settled;
    const before = await read(group);
    if ('kind' in before) return pending(`${this.name}: ${before.said}`);
    this.#isResting = before.suspended.includes(process);
    if (this.#isResting) return settled;
    const written = await writer.write({ kind: 'suspend-alarms', group });
    if (written.state !== 'done') return pending(`${this.name}: ${written.fault.said}`, written.fault);
    const after = writer.mode === 'shadow' ? { suspended: [process] } : await read(group);
    this.#isResting = 'suspended' in after && after.suspended.includes(process);
    if (!this.#isResting) return pending(`${this.name}: not seen to rest after ${process} was suspended`);
    return { state: 'settled', said: [`${this.name}: resting`], fault: null };
  }
}
