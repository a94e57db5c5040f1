import type { Workload } from '../env/types.ts';

/** Bins kept in memory, 8 bytes each: some 60 parts of days with their scaled wholes, or a few months of seconds. */
const mostBins = 2e7;
/** However long they are: a trace, its multiple and its part. */
const leastWorkloads = 6;

/** The workloads used last: jobs come trace by trace, batch by batch, and a day takes a moment to read. */
export class RecentWorkloads {
  /** The one used last at the end. */
  readonly #workloads = new Map<string, Promise<Workload>>();
  readonly #bins = new Map<string, number>();

  recall(key: string, make: () => Promise<Workload>): Promise<Workload> {
    const workload = this.#workloads.get(key) ?? this.#made(key, make);
    this.#workloads.delete(key);
    this.#workloads.set(key, workload);
    return workload;
  }

  #made(key: string, make: () => Promise<Workload>): Promise<Workload> {
    const workload = make();
    workload.then(
      ({ requests }) => {
        this.#bins.set(key, requests.length);
        this.#forgetOldest();
      },
      () => {},
    );
    return workload;
  }

  #forgetOldest(): void {
    let bins = [...this.#bins.values()].reduce((sum, one) => sum + one, 0);
    for (const key of this.#workloads.keys()) {
      if (bins <= mostBins || this.#workloads.size <= leastWorkloads) return;
      bins -= this.#bins.get(key) ?? 0;
      this.#bins.delete(key);
      this.#workloads.delete(key);
    }
  }
}
