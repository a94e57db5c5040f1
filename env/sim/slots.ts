import { SlotHeap } from './slot-heap.ts';

/** The slots of one pool's ready VMs. Slots are alike: a VM that goes gives back idle slots first, then the next that finish. */
export class Slots {
  readonly busy = new SlotHeap();
  free = 0;
  /** Mean service time of the variant in force; infinity where it does not run here. */
  serviceSeconds = Number.POSITIVE_INFINITY;
  /** Service time begun since it was last set to 0. */
  workedSeconds = 0;
  #retiring = 0;

  /** Slots that serve, whether at work or idle. */
  get count(): number {
    return this.free + this.busy.size - this.#retiring;
  }

  /** Whether the variant in force runs here. */
  get runs(): boolean {
    return this.serviceSeconds < Number.POSITIVE_INFINITY;
  }

  get canStart(): boolean {
    return this.free > 0 && this.runs;
  }

  retire(slots: number): void {
    const idle = Math.min(slots, this.free);
    this.free -= idle;
    this.#retiring += slots - idle;
  }

  /** The earliest busy slot has finished: true where it leaves with its VM and takes no other request. */
  leavesOnFinish(): boolean {
    if (this.#retiring === 0) return false;
    this.#retiring--;
    return true;
  }
}
