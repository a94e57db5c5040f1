import { type PoolOptions, type Runner, runJobs } from './worker-pool.ts';

type Batch<Job, Result> = Pick<PoolOptions<Job, Result>, 'jobs' | 'onProgress'>;

/** Runners that stay for the next batch of jobs, with what they have read. Each starts when there is first work for it. */
export class Crew<Job, Result> {
  readonly #size: number;
  readonly #startRunner: () => Runner<Job, Result>;
  readonly #idle: Runner<Job, Result>[] = [];

  constructor(size: number, startRunner: () => Runner<Job, Result>) {
    this.#size = size;
    this.#startRunner = startRunner;
  }

  /** One batch at a time. Results come in the order of the jobs, however many the runners are. */
  run(batch: Batch<Job, Result>): Promise<Result[]> {
    return runJobs({ ...batch, runners: this.#size, startRunner: () => this.#lend() });
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((runner) => runner.close()));
  }

  /** A runner that comes back where it would be closed. */
  #lend(): Runner<Job, Result> {
    const runner = this.#idle.pop() ?? this.#startRunner();
    return {
      run: (job, onProgress) => runner.run(job, onProgress),
      close: async () => {
        this.#idle.push(runner);
      },
    };
  }
}
