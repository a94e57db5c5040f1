import type { Action } from '../types.ts';
import type { Fault } from './fault.ts';
import type { FleetView } from './fleet-view.ts';
import { type Lever, type Pulled, pending, settled } from './lever.ts';
import type { Writer } from './writer.ts';

/** A group's own bounds and its desired capacity, as of now. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  /** Names of the suspended processes. */
  readonly suspended: readonly string[];
}

/** Never throws. In shadow mode the desired capacity is the imagined one. */
export type ReadBounds = (group: string) => Promise<Bounds | Fault>;

export interface CapacityLeverParts {
  /** Index into the profile's pools. */
  readonly pool: number;
  readonly poolName: string;
  readonly group: string;
  readonly writer: Writer;
  readonly read: ReadBounds;
}

/** The desired capacity of one Auto Scaling group, within the group's own bounds, which are the operator's. */
export class CapacityLever implements Lever {
  readonly name: string;
  readonly #parts: CapacityLeverParts;
  /** Nobody knows what came of the last write. */
  #isUnknown = false;
  #written: number | null = null;

  constructor(parts: CapacityLeverParts) {
    this.name = `the capacity of ${parts.poolName}`;
    this.#parts = parts;
  }

  /** The count that was last written and confirmed; null: none. */
  get written(): number | null {
    return this.#written;
  }

  /** What was written before is no longer Spillway's to compare with (after a hand-back). */
  forget(): void {
    this.#written = null;
  }

  /** Null: nothing is to be written, since the group is unread, or somebody else's for now. */
  wanted({ vmCounts }: Action, { pools }: FleetView): { readonly desired: number; readonly change: number } | null {
    const view = pools[this.#parts.pool];
    if (view === undefined || view.hindrances.some(({ forbids }) => forbids === 'change')) return null;
    const desired = within(vmCounts[this.#parts.pool]!, view);
    return { desired, change: desired - view.desired };
  }

  async pull(action: Action, fleet: FleetView): Promise<Pulled> {
    const wanted = this.wanted(action, fleet);
    if (wanted === null) return pending(`${this.name}: left alone, since it must not be changed now`);
    if (this.#isUnknown) return this.#readFirst(action);
    return wanted.change === 0 ? settled : this.#write(wanted.desired, action.vmCounts[this.#parts.pool]!);
  }

  /** What came of the write before is read, before anything is written. */
  async #readFirst({ vmCounts }: Action): Promise<Pulled> {
    const bounds = await this.#parts.read(this.#parts.group);
    if ('kind' in bounds) return pending(`${this.name}: ${bounds.said}`);
    this.#isUnknown = false;
    const wish = vmCounts[this.#parts.pool]!;
    const desired = within(wish, bounds);
    if (desired !== bounds.desired) return this.#write(desired, wish);
    this.#written = desired;
    return settled;
  }

  async #write(desired: number, wish: number, isSecond = false): Promise<Pulled> {
    const { writer, group, read } = this.#parts;
    const written = await writer.write({ kind: 'set-desired-capacity', group, desired });
    const bounds = await read(group);
    this.#isUnknown = written.state === 'unknown' && 'kind' in bounds;
    if (written.state === 'refused') {
      const { fault } = written;
      // Somebody moved the bounds since they were read: once more within the new ones.
      const moved = fault.kind === 'invalid' && !('kind' in bounds) ? within(wish, bounds) : desired;
      return moved === desired || isSecond
        ? pending(`${this.name}: ${fault.said}`, fault)
        : this.#write(moved, wish, true);
    }
    if ('kind' in bounds) {
      const fault = written.state === 'unknown' ? written.fault : null;
      if (fault === null) this.#written = desired;
      return pending(`${this.name}: set to ${desired}, and not read back (${bounds.said})`, fault);
    }
    if (bounds.desired !== desired) {
      const fault = written.state === 'unknown' ? written.fault : null;
      return pending(`${this.name}: set to ${desired}, and read back as ${bounds.desired}`, fault);
    }
    this.#written = desired;
    return { state: 'settled', said: [`${this.name}: set to ${desired}`], fault: null };
  }
}

function within(count: number, { min, max }: Pick<Bounds, 'min' | 'max'>): number {
  return Math.min(max, Math.max(min, count));
}
