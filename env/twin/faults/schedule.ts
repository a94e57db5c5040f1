import { Random } from '../../random.ts';
import type { ServiceName } from '../operation.ts';
import { type Fault, type FaultKind, faultRules, isActive } from './fault.ts';

/** The faults of a twin in the course of its time. More may be added while it runs. */
export class FaultSchedule {
  readonly #faults: Fault[];
  readonly #secondsNow: () => number;
  readonly #random: Random;
  readonly #happened = new Set<Fault>();

  /** `secondsNow`: since the twin's world began. */
  constructor(faults: readonly Fault[], secondsNow: () => number, seed = 1) {
    this.#faults = [...faults];
    this.#secondsNow = secondsNow;
    this.#random = Random.seeded(seed, 'faults');
  }

  add(fault: Fault): void {
    this.#faults.push(fault);
  }

  /** The fault of this kind that acts on the resource (a metric, group or function) at a time, by default now; null: none. */
  active(kind: FaultKind, resource: string | null, seconds = this.#secondsNow()): Fault | null {
    return (
      this.#faults.find(
        (fault) => fault.kind === kind && isActive(fault, seconds) && concerns(fault.resource, resource),
      ) ?? null
    );
  }

  /** As `active`, for kinds whose strength is a share: whether this one launch is hit. */
  hits(kind: FaultKind, resource: string | null): boolean {
    const fault = this.active(kind, resource);
    return fault !== null && this.#draw(fault);
  }

  /** What goes wrong with this one call; null: nothing. */
  ofCall(service: ServiceName, operation: string): Fault | null {
    const seconds = this.#secondsNow();
    return (
      this.#faults.find(
        (fault) =>
          faultRules[fault.kind].subject === 'call' &&
          isActive(fault, seconds) &&
          concerns(fault.service, service) &&
          concerns(fault.operation, operation) &&
          this.#draw(fault),
      ) ?? null
    );
  }

  /** Faults of a kind that happens once whose time has come since the last call, oldest first. */
  due(kind: FaultKind): readonly Fault[] {
    const seconds = this.#secondsNow();
    const due = this.#faults
      .filter((fault) => fault.kind === kind && fault.atSeconds <= seconds && !this.#happened.has(fault))
      .sort((a, b) => a.atSeconds - b.atSeconds);
    for (const fault of due) this.#happened.add(fault);
    return due;
  }

  #draw({ strength }: Fault): boolean {
    return strength >= 1 || this.#random.uniform() < strength;
  }
}

function concerns(wanted: string | null, actual: string | null): boolean {
  return wanted === null || wanted === actual;
}
