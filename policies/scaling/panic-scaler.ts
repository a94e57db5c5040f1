export interface PanicTerms {
  /** Requests at a time that a VM is to have. */
  readonly target: number;
  readonly stableSeconds: number;
  /** Of the ready VMs, from which a wish of the panic window is a panic. */
  readonly panicFactor: number;
  /** Of the ready VMs, at most. */
  readonly mostUpFactor: number;
  /** Of the ready VMs, at least, is one part in so many. */
  readonly mostDownFactor: number;
}

/** What Knative's autoscaler wants. */
export interface PanicScale {
  readonly vms: number;
  readonly isPanic: boolean;
}

/**
 * Knative's autoscaler (pkg/autoscaler/scaling/autoscaler.go): follows the concurrency of a stable window, unless that of the panic window asks for twice what is
 * ready; in panic it never goes down, until a whole stable window has passed without. One that is restarted beside more than one VM begins in panic, so that
 * its empty history cannot shrink the fleet.
 */
export class PanicScaler {
  readonly #terms: PanicTerms;
  /** Null: no panic. */
  #panicSeconds: number | null = null;
  #mostVms = 0;

  constructor(terms: PanicTerms, timeSeconds: number, found: number) {
    this.#terms = terms;
    if (found <= 1) return;
    this.#panicSeconds = timeSeconds;
    this.#mostVms = found;
  }

  /**
   * @param stable mean requests at a time over the stable window
   * @param panic the same over the panic window
   */
  scale(timeSeconds: number, ready: number, stable: number, panic: number): PanicScale {
    const { panicFactor, stableSeconds } = this.#terms;
    const readyOrOne = Math.max(1, ready);
    const stableVms = this.#clamped(stable, readyOrOne);
    const panicVms = this.#clamped(panic, readyOrOne);
    if (this.#needed(panic) / readyOrOne >= panicFactor) this.#panicSeconds = timeSeconds;
    else if (this.#panicSeconds !== null && timeSeconds - this.#panicSeconds > stableSeconds) {
      this.#panicSeconds = null;
      this.#mostVms = 0;
    }
    if (this.#panicSeconds === null) return { vms: stableVms, isPanic: false };
    this.#mostVms = Math.max(this.#mostVms, stableVms, panicVms);
    return { vms: this.#mostVms, isPanic: true };
  }

  #needed(requests: number): number {
    return Math.ceil(requests / this.#terms.target - 1e-9);
  }

  #clamped(requests: number, ready: number): number {
    const least = Math.floor(ready / this.#terms.mostDownFactor);
    return Math.min(Math.ceil(ready * this.#terms.mostUpFactor), Math.max(least, this.#needed(requests)));
  }
}
