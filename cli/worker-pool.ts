/** Does one job at a time, in this thread or in another. */
export interface Runner<Job, Result> {
  /** `onProgress` hears how much of this job is done, in units of the job's own. */
  run(job: Job, onProgress: (done: number) => void): Promise<Result>;
  close(): Promise<void>;
}

export interface PoolOptions<Job, Result> {
  readonly jobs: readonly Job[];
  /** How many runners share the jobs. */
  readonly runners: number;
  readonly startRunner: () => Runner<Job, Result>;
  /** Hears the sum of what all jobs have done, and the job that last moved. */
  readonly onProgress?: (done: number, job: Job) => void;
}

/** Each runner takes the next job when it is free. Results come in the order of the jobs; the first failure ends it all. */
export async function runJobs<Job, Result>(options: PoolOptions<Job, Result>): Promise<Result[]> {
  const { jobs } = options;
  const results = new Array<Result>(jobs.length);
  const tally = progressTally(options);
  let next = 0;
  let isOver = false;
  const serve = async (runner: Runner<Job, Result>): Promise<void> => {
    while (next < jobs.length && !isOver) {
      const index = next++;
      results[index] = await runner.run(jobs[index]!, (done) => tally(index, done));
    }
  };
  const runners = Array.from({ length: Math.max(1, Math.min(options.runners, jobs.length)) }, options.startRunner);
  try {
    await Promise.all(runners.map(serve));
  } finally {
    isOver = true;
    await Promise.all(runners.map((runner) => runner.close()));
  }
  return results;
}

function progressTally<Job, Result>(options: PoolOptions<Job, Result>): (index: number, done: number) => void {
  const doneBefore = options.jobs.map(() => 0);
  let sum = 0;
  return (index, done) => {
    sum += done - doneBefore[index]!;
    doneBefore[index] = done;
    options.onProgress?.(sum, options.jobs[index]!);
  };
}
