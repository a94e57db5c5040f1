import type { JournalEntry } from '../journal/journal-entry.ts';

/**
 * Whether the run does what it is there for, service by service. A service that holds, is handed back or misses its decisions is not ready,
 * so that a deployment of a new version that sees nothing stops there. A standby is ready: it waits for the very controller that would
 * be replaced.
 */
export class Readiness {
  readonly #unready: Map<string, string>;

  constructor(services: Iterable<string>) {
    this.#unready = new Map([...services].map((service) => [service, 'no decision yet']));
  }

  decided({ service, decidedBy }: JournalEntry): void {
    const { rung, because } = decidedBy;
    if (rung === 'hold' || rung === 'hand-back') this.troubled(service, `${rung} (${because ?? 'no reason'})`);
    else this.#unready.delete(service);
  }

  /** Its decision was missed, given up or failed, or nothing can come of it. */
  troubled(service: string, why: string): void {
    this.#unready.set(service, why);
  }

  /** One sentence per service that is not ready. */
  get troubles(): readonly string[] {
    return [...this.#unready].map(([service, trouble]) => `${service}: ${trouble}`);
  }
}
