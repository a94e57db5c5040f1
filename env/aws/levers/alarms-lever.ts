import type { Writer } from '../writing/writer.ts';
import type { ReadBounds } from './capacity-lever.ts';
import { type Lever, type Pulled, pending, settled } from './lever.ts';

export interface AlarmsLeverParts {
  readonly poolName: string;
  readonly group: string;
  readonly writer: Writer;
  readonly read: ReadBounds;
}

const process = 'AlarmNotification';

/** Lets the policies of a group rest while Spillway sets its size: at its start, and after it took the group back. */
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

  async pull(): Promise<Pulled> {
    if (this.#isResting) return settled;
    const { group, writer, read } = this.#parts;
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
