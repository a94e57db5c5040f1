import type { Action } from '../../types.ts';
import type { Fault } from '../calls/fault.ts';
import type { FleetView } from '../fleet/fleet-view.ts';
import type { Writer } from '../writing/writer.ts';
import { type Lever, type Pulled, pending, settled } from './lever.ts';

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
  /** The count of the last write, where nobody knows what came of it; null: that is known. */
  #lost: number | null = null;
  #written: number | null = null;

  constructor(parts: CapacityLeverParts) {
    this.name = `the capacity of ${parts.poolName}`;
    this.#parts = parts;
  }

  /** The count that was last written and accepted; null: none. */
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
    if (this.#lost !== null) return this.#readFirst(action, this.#lost, wanted !== null);
    if (wanted === null) return pending(leftAlone(this.name));
    return wanted.change === 0 ? settled : this.#write(wanted.desired, action.vmCounts[this.#parts.pool]!);
  }

  /** What came of the write before, of `lost` VMs, is read before anything is written: else it would be taken for somebody else's. */
  async #readFirst({ vmCounts }: Action, lost: number, mayWrite: boolean): Promise<Pulled> {
    const bounds = await this.#parts.read(this.#parts.group);
    if ('kind' in bounds) return pending(`${this.name}: ${bounds.said}`);
    this.#lost = null;
    if (bounds.desired === lost) this.#written = lost;
    if (!mayWrite) return pending(leftAlone(this.name));
    const wish = vmCounts[this.#parts.pool]!;
    const desired = within(wish, bounds);
    if (desired !== bounds.desired) return this.#write(desired, wish);
    this.#written = desired;
    return settled;
  }

  async #write(desired: number, wish: number): Promise<Pulled> {
    const { writer, group } = this.#parts;
    const written = await writer.write({ kind: 'set-desired-capacity', group, desired });
    if (written.state !== 'refused') return this.#readBack(desired, written.state === 'unknown' ? written.fault : null);
    const { fault } = written;
    const bounds = fault.kind === 'invalid' ? await this.#parts.read(group) : fault;
    const moved = 'kind' in bounds ? desired : within(wish, bounds);
    // Somebody moved the bounds since they were read: once more within the new ones, and then at the next decision.
    if (moved === desired) return pending(`${this.name}: ${fault.said}`, fault);
    const again = await writer.write({ kind: 'set-desired-capacity', group, desired: moved });
    if (again.state === 'refused') return pending(`${this.name}: ${again.fault.said}`, again.fault);
    return this.#readBack(moved, again.state === 'unknown' ? again.fault : null);
  }

  /**
   * `lost`: why nobody knows what came of the write; null: it was accepted, and is Spillway's own even where it is not read back yet: what is
   * described may be as it was before (Auto Scaling API reference: eventual consistency).
   */
  async #readBack(desired: number, lost: Fault | null): Promise<Pulled> {
    const bounds = await this.#parts.read(this.#parts.group);
    const isSeen = !('kind' in bounds) && bounds.desired === desired;
    this.#lost = lost !== null && !isSeen ? desired : null;
    if (isSeen || lost === null) this.#written = desired;
    if (isSeen) return { state: 'settled', said: [`${this.name}: set to ${desired}`], fault: null };
    const found = 'kind' in bounds ? `not read back (${bounds.said})` : `read back as ${bounds.desired}`;
    return pending(`${this.name}: set to ${desired}, and ${found}`, lost);
  }
}

function leftAlone(name: string): string {
  return `${name}: left alone, since it must not be changed now`;
}

function within(count: number, { min, max }: Pick<Bounds, 'min' | 'max'>): number {
  return Math.min(max, Math.max(min, count));
}
